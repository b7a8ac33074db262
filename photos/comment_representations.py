"""Comments as the API writes them (`Comment` in the contract)."""

from collections.abc import Sequence
from typing import Any

from accounts.querysets import Viewer
from accounts.representations import represent_user
from core.text import linkify, mentions
from core.times import iso_utc
from photos.comment_standings import comment_standing
from photos.conversations import Thread
from photos.models import Comment, CommentVersion


def represent_threads(threads: Sequence[Thread], viewer: Viewer) -> list[dict[str, Any]]:
    """Comments with their first replies, in their order. No query."""
    return [
        {
            **represent_comment(thread.comment, viewer),
            "reply_count": thread.reply_count,
            "replies": [represent_comment(reply, viewer) for reply in thread.replies],
        }
        for thread in threads
    ]


def represent_comment(comment: Comment, viewer: Viewer) -> dict[str, Any]:
    """One comment, loaded with `heard_by`. No query."""
    standing = comment_standing(comment, viewer)
    own, owns_post = viewer.pk == comment.author_id, viewer.pk == comment.post.author_id
    is_out = comment.state == Comment.State.PUBLISHED
    return {
        "id": str(comment.pk),
        "post_id": str(comment.post_id),
        "parent_id": None if comment.parent_id is None else str(comment.parent_id),
        "author": represent_user(comment.author, viewer, standing.author),
        "text": comment.text,
        "text_html": linkify(comment.text),
        "mentions": mentions(comment.text),
        "state": comment.state,
        "pinned": comment.pinned_at is not None,
        "like_count": standing.like_count,
        "viewer": {
            "liked": standing.liked,
            "can_edit": own and standing.can_comment,
            "can_delete": own or owns_post,
            "can_reply": is_out and standing.can_comment,
            "can_pin": is_out and owns_post and comment.parent_id is None,
            "can_approve": not is_out and owns_post,
        },
        "created_at": iso_utc(comment.created_at),
        "edited_at": iso_utc(comment.edited_at),
    }


def represent_version(version: CommentVersion) -> dict[str, Any]:
    return {"text": version.text, "text_html": linkify(version.text), "replaced_at": iso_utc(version.replaced_at)}
