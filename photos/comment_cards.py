"""Comments as pages show them: plain values, ready for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.cards import PersonCard, person_card
from accounts.querysets import Viewer
from core.ids import to_code
from core.text import linkify
from photos.comment_standings import comment_standing
from photos.conversations import Thread
from photos.models import Comment


@dataclass(frozen=True, slots=True)
class CommentCard:
    """`is_by_author`: of the post. `thread_id` is the comment that it stands under, or its own id."""

    id: int
    code: str
    post_id: int
    thread_id: int
    url: str
    author: PersonCard
    is_by_author: bool
    text: str
    text_html: SafeString
    created_at: datetime
    edited_at: datetime | None
    is_waiting: bool
    is_pinned: bool
    liked: bool
    like_count: int | None
    can_reply: bool
    can_edit: bool
    can_delete: bool
    can_pin: bool
    can_approve: bool


@dataclass(frozen=True, slots=True)
class ThreadCard:
    """`more` is how many replies there are beyond those shown."""

    comment: CommentCard
    replies: list[CommentCard]
    more: int


def thread_cards(threads: Sequence[Thread], viewer: Viewer) -> list[ThreadCard]:
    """In their order. No query."""
    return [
        ThreadCard(
            comment=comment_card(thread.comment, viewer),
            replies=[comment_card(reply, viewer) for reply in thread.replies],
            more=max(0, thread.reply_count - len(thread.replies)),
        )
        for thread in threads
    ]


def comment_card(comment: Comment, viewer: Viewer) -> CommentCard:
    """One comment, loaded with `photos.comment_standings.heard_by`. No query."""
    standing = comment_standing(comment, viewer)
    own, owns_post = viewer.pk == comment.author_id, viewer.pk == comment.post.author_id
    is_out = comment.state == Comment.State.PUBLISHED
    return CommentCard(
        id=comment.pk,
        code=to_code(comment.pk),
        post_id=comment.post_id,
        thread_id=comment.parent_id or comment.pk,
        url=comment_url(comment),
        author=person_card(comment.author, viewer),
        is_by_author=comment.author_id == comment.post.author_id,
        text=comment.text,
        text_html=linkify(comment.text),
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        is_waiting=not is_out,
        is_pinned=comment.pinned_at is not None,
        liked=standing.liked,
        like_count=standing.like_count,
        can_reply=is_out and standing.can_comment,
        can_edit=own and standing.can_comment,
        can_delete=own or owns_post,
        can_pin=is_out and owns_post and comment.parent_id is None,
        can_approve=not is_out and owns_post,
    )


def comment_url(comment: Comment) -> str:
    """The address of its page, where it stands among the replies."""
    return f"{reverse('photos:comment', args=[comment.post_id, comment.pk])}#c-{to_code(comment.pk)}"
