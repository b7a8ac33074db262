"""Saying something about a post, changing it and taking it back: one function for each change.

Who changes comments holds the row of their post first, so that its counter moves by what really changed.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.newcomers import allow_named, allow_person
from accounts.services.blocklists import check_words, tell_held
from core.exceptions import Conflict, InvalidInput, NotFound
from core.models import new_id
from photos.access import get_comment_for, get_published_post_for
from photos.models import Comment, CommentVersion, Post
from photos.services.comment_counting import count_new_comment, moving_count
from photos.services.comment_rules import clean_comment, must_wait, refuse_repeated, require_may_comment
from photos.services.mentioning import note_mentions
from photos.signals import comment_published, comment_waiting, comment_withdrawn

PUBLISHED, WAITING = Comment.State.PUBLISHED, Comment.State.WAITING


def post_comment(actor: User, post_id: int, *, text: str, parent_id: int | None = None) -> Comment:
    """Say something about a post, or in reply to a comment there; a reply to a reply goes under the same comment.

    It waits if the author of the post wants that. NotFound for a post that is not theirs to see, NotAllowed for who may
    not comment, Conflict for the same words again, InvalidInput for a text or a parent that cannot be.
    """
    cleaned, held = _take_words(actor, text)
    allow_named(actor, cleaned)
    with transaction.atomic():
        post = get_published_post_for(actor, post_id)
        require_may_comment(actor, post)
        parent = _get_parent(actor, post, parent_id)
        _lock_as_it_was(post, parent)
        refuse_repeated(actor, post, cleaned)
        comment = Comment(id=new_id(actor.pk), post=post, author=actor, parent=parent, text=cleaned)
        comment.state = WAITING if held or must_wait(actor, post.author, cleaned) else PUBLISHED
        comment.save(force_insert=True)
        count_new_comment(comment)
        tell_held("comment", comment.pk, held)
        tell_state(comment)
    return comment


def edit_comment(actor: User, comment_id: int, *, text: str) -> Comment:
    """Say it in other words. What others could read before is kept as a version.

    It waits (again) if the author of the post wants that of these words. NotFound for a comment of somebody else.
    """
    cleaned, held = _take_words(actor, text)
    with transaction.atomic():
        comment = lock_comment(actor, comment_id)
        if comment.author_id != actor.pk:
            raise NotFound
        if comment.text == cleaned:
            return comment
        allow_named(actor, cleaned, comment.text)
        require_may_comment(actor, comment.post)
        before = comment.state
        with moving_count(comment):
            _keep_version(comment)
            comment.text = cleaned
            waits = bool(held) or must_wait(actor, comment.post.author, cleaned)
            comment.state = WAITING if waits else PUBLISHED
            comment.pinned_at = comment.pinned_at if comment.state == PUBLISHED else None
            comment.save(update_fields=["text", "state", "pinned_at", "edited_at"])
        tell_held("comment", comment.pk, held)
        if comment.state != before:
            tell_state(comment)
        elif comment.state == PUBLISHED:
            note_mentions(comment)
    return comment


def delete_comment(actor: User, comment_id: int) -> None:
    """Take a comment away for good, with the replies to it. NotFound but for who wrote it, or made the post."""
    with transaction.atomic():
        comment = lock_comment(actor, comment_id)
        if actor.pk not in (comment.author_id, comment.post.author_id):
            raise NotFound
        erase_comment(comment)


def erase_comment(comment: Comment) -> None:
    """Delete the rows of a comment and its replies. Call with its post locked."""
    thread = Comment.objects.filter(pk=comment.pk) | Comment.objects.filter(parent=comment.pk)
    ids = list(thread.order_by("pk").select_for_update().values_list("pk", flat=True))  # no like can come any more
    for each in ids:
        comment_withdrawn.send(sender=None, comment_id=each)
    with moving_count(comment):
        Comment.objects.filter(pk__in=ids).delete()


def lock_post(post_id: int) -> None:
    """Let nobody else change comments of this post before the transaction ends. NotFound when it is gone."""
    if not Post.objects.select_for_update(no_key=True).filter(pk=post_id).exists():
        raise NotFound


def lock_comment(actor: User, comment_id: int) -> Comment:
    """A comment that `actor` may read, with its author and its post and that one's; both rows are locked."""
    lock_post(get_comment_for(actor, comment_id).post_id)
    get_comment_for(actor, comment_id)
    return reload_locked(comment_id)


def reload_locked(comment_id: int) -> Comment:
    """As it is now; nobody else changes it before the transaction ends. NotFound when it is gone."""
    locked = Comment.objects.select_for_update(of=("self",), no_key=True).select_related("author", "post__author")
    comment = locked.filter(pk=comment_id).first()
    if comment is None:
        raise NotFound
    return comment


def tell_state(comment: Comment) -> None:
    """Call in the transaction, after the comment was published or has begun to wait."""
    if comment.state == WAITING:
        comment_waiting.send(sender=None, comment_id=comment.pk)
        return
    comment_published.send(sender=None, comment_id=comment.pk)
    note_mentions(comment)


def _lock_as_it_was(post: Post, parent: Comment | None) -> None:
    """As `lock_post`; NotFound as well when what was found before has changed, and one has to look again."""
    same = Post.objects.filter(pk=post.pk, state=post.state, comments=post.comments, audience=post.audience)
    if not same.select_for_update(no_key=True).exists():
        raise NotFound
    if parent is not None and not Comment.objects.filter(pk=parent.pk, state=PUBLISHED).exists():
        raise InvalidInput.field("parent_id", "There is no such comment here.", code="not_found")


def _take_words(actor: User, text: str) -> tuple[str, dict[int, str]]:
    """The text as it is kept, and the listed words in it that staff want to look at, by id."""
    allow_person("comment", actor)
    cleaned = clean_comment(text)
    return cleaned, check_words("comments", {"text": cleaned})


def _get_parent(actor: User, post: Post, parent_id: int | None) -> Comment | None:
    """What a reply stands under. InvalidInput when there is no such comment at this post for `actor`."""
    if parent_id is None:
        return None
    try:
        parent = get_comment_for(actor, parent_id)
        parent = parent if parent.parent_id is None else get_comment_for(actor, parent.parent_id)
    except NotFound:
        parent = None
    if parent is None or parent.post_id != post.pk:
        raise InvalidInput.field("parent_id", "There is no such comment here.", code="not_found")
    if parent.state != PUBLISHED:
        raise Conflict("This comment is not out yet.", code="comment_waiting")
    return parent


def _keep_version(comment: Comment) -> None:
    """What nobody else has read, as it waited, is no version; nor is a comment changed that was never out."""
    if comment.state == PUBLISHED:
        CommentVersion.objects.create(comment=comment, text=comment.text)
    if comment.state == PUBLISHED or comment.edited_at is not None:
        comment.edited_at = timezone.now()
