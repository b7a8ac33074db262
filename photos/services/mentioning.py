"""Telling people that a caption or a comment names them."""

from collections.abc import Iterable

from accounts.models import User
from core.text import mentions
from photos.access import readable_comments
from photos.models import Comment, CommentMention, Post
from photos.signals import people_mentioned

MOST_TOLD = 20  # by one text; further names are links as well, but nobody is told


def tell_named_in_caption(post: Post, before: str = "") -> None:
    """Whom the caption of a published post names, and did not when it was `before`. Call in the transaction."""
    known = set(mentions(before))
    people = _people((name for name in mentions(post.caption) if name not in known), post.author_id)
    told = [person.pk for person in people if Post.objects.visible_to(person).filter(pk=post.pk).exists()]
    if told:
        people_mentioned.send(sender=None, post_id=post.pk, comment_id=None, user_ids=told)


def note_mentions(comment: Comment) -> None:
    """Write down whom a published comment names, as far as they may read it, and tell those who were not told before.

    Call in the transaction that publishes or changes it.
    """
    named = _people(mentions(comment.text), comment.author_id)
    people = [person.pk for person in named if readable_comments(person).filter(pk=comment.pk).exists()]
    comment.mentioned.exclude(person__in=people).delete()
    known = set(comment.mentioned.values_list("person_id", flat=True))
    told = [person_id for person_id in people if person_id not in known]
    CommentMention.objects.bulk_create(CommentMention(comment=comment, person_id=person_id) for person_id in told)
    if told:
        people_mentioned.send(sender=None, post_id=comment.post_id, comment_id=comment.pk, user_ids=told)


def _people(names: Iterable[str], author_id: int) -> list[User]:
    """Those of these names who are there, without the author; MOST_TOLD at most, in the order of the text."""
    wanted = list(names)
    found = {user.username: user for user in User.objects.filter(username__in=wanted, is_active=True)}
    people = [found[name] for name in wanted if name in found and found[name].pk != author_id]
    return people[:MOST_TOLD]
