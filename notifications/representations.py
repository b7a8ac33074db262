"""Notifications as the API writes them (`Notification` in the contract). No query happens here."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.representations import represent_user
from accounts.standings import standing_in
from core.ids import to_code
from core.media_urls import absolute
from core.times import iso_utc
from notifications.cards import first_picture_of, is_covered
from notifications.links import target_of
from notifications.models import Kind, Notification
from notifications.selectors import Group
from notifications.words import sentence
from photos.models import Post


def represent_group(group: Group, viewer: User) -> dict[str, Any]:
    head = group.head
    actors = [row.actor for row in group.newest if row.actor is not None]
    return {
        "id": str(head.pk),
        "kind": head.kind,
        "text": sentence(head, [actor.name for actor in actors], group.people),
        "detail": head.text if head.kind == Kind.UPLOAD_FAILED else None,
        "url": absolute(target_of(group, viewer)),
        "people": [_represent_actor(row, viewer) for row in group.newest if row.actor is not None],
        "people_count": group.people if actors else 0,
        "count": group.rows,
        "post": _represent_post(head.post, viewer) if head.post is not None else None,
        "comment": _represent_comment(head),
        "unread": group.is_new,
        "created_at": iso_utc(head.created_at),
    }


def _represent_actor(row: Notification, viewer: User) -> dict[str, Any]:
    actor = row.actor
    assert actor is not None  # noqa: S101  as whoever calls this has seen
    return represent_user(actor, viewer, standing_in(row, viewer, actor.pk))


def _represent_post(post: Post, viewer: User) -> dict[str, Any]:
    picture = first_picture_of(post)
    square = picture.square_src if picture is not None else ""
    return {
        "id": str(post.pk),
        "code": to_code(post.pk),
        "url": absolute(reverse("photos:post-detail", args=[post.pk])),
        "title": post.title,
        "sensitive": is_covered(post, viewer),
        "thumbnail_url": absolute(square) or None,
        "alt_text": picture.alt if picture is not None else "",
    }


def _represent_comment(row: Notification) -> dict[str, Any] | None:
    if row.comment is None:
        return None
    parent = row.comment.parent_id
    return {"id": str(row.comment.pk), "parent_id": str(parent) if parent else None, "text": row.comment.text}
