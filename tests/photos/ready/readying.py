"""What the tests of ready cards share."""

from typing import Any, cast

import orjson
from django.contrib.auth.models import AnonymousUser

from accounts.querysets import Viewer
from accounts.standings import standings
from core.valkey import valkey
from photos.models import Post
from photos.ready.joining import author_part_for, counts_part, join_json
from photos.ready.reading import ReadyPost, ready_posts
from photos.selectors import marked_posts
from photos.standings import seen_by

NOBODY = AnonymousUser()


def loaded(post: Post, viewer: Viewer = NOBODY) -> Post:
    """As the database has it, ready for a card, and with what is the viewer's."""
    return seen_by(Post.objects.for_cards(), viewer).get(pk=post.pk)


def the_ready_post(post: Post, kind: str = "j") -> ReadyPost:
    return ready_posts([post.pk], kind)[post.pk]


def as_json(ready: ReadyPost, viewer: Viewer) -> dict[str, Any]:
    """The Post of the API that `viewer` gets from a ready card."""
    standing = standings(viewer, {ready.author_id})[ready.author_id]
    marked = marked_posts(viewer, [ready.post_id])
    joined = join_json(
        ready.body,
        author=author_part_for(ready.person, standing),
        counts=counts_part(ready.like_count, ready.comment_count),
        liked=ready.post_id in marked.liked,
        saved=ready.post_id in marked.saved,
        follows=standing.relationship.following if standing.relationship else None,
    )
    answer: dict[str, Any] = orjson.loads(joined)
    return answer


def kept_keys(pattern: str) -> list[bytes]:
    """The names of what Valkey keeps, in order."""
    return sorted(cast("list[bytes]", valkey().keys(pattern)))


def without_space(html: str) -> list[str]:
    """What must be equal in two pieces of HTML."""
    return html.split()
