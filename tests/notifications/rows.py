"""Rows that conversations leave, and what people were told, in few words."""

from collections.abc import Sequence

from accounts.models import User
from core.models import new_id
from notifications.models import Notification
from photos.models import Comment, CommentLike, CommentMention, PersonTag, Post


def say(
    author: User, post: Post, *, parent: Comment | None = None, names: Sequence[User] = (), **fields: str
) -> Comment:
    """A comment, or a reply to `parent`, that names people."""
    words = {"text": "What light.", **fields}
    comment = Comment.objects.create(id=new_id(author.pk), author=author, post=post, parent=parent, **words)
    CommentMention.objects.bulk_create(CommentMention(comment=comment, person=person) for person in names)
    return comment


def like_comment(user: User, comment: Comment) -> CommentLike:
    return CommentLike.objects.create(id=new_id(user.pk), user=user, comment=comment)


def tag_person(person: User, post: Post, *, state: str = "shown") -> PersonTag:
    media = post.media.get()
    return PersonTag.objects.create(id=new_id(person.pk), post=post, media=media, person=person, state=state)


def told(person: User) -> list[str]:
    """Kind and actor of each row there is for the person, the oldest first."""
    rows = Notification.objects.filter(recipient=person).select_related("actor").order_by("id")
    return [f"{row.kind} {row.actor.username if row.actor else '-'}" for row in rows]


def shown(person: User) -> list[str]:
    """The same of those that the person is shown."""
    rows = Notification.objects.shown_to(person).select_related("actor").order_by("id")
    return [f"{row.kind} {row.actor.username if row.actor else '-'}" for row in rows]
