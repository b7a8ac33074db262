"""What the admin shows of somebody's feed: places, scores and reasons of all posts, pictures and words of those that
this staff member would see as anybody (docs/adr/0015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.querysets import Viewer
from core.admin import is_id
from core.ids import from_code, parse_id
from feeds.services.inspecting import Entry, Look, look_at_latest, look_at_post, look_at_top
from feeds.weights import current_weights
from photos.admin.base import SQUARES, previewed_posts, thumbnail
from photos.models import Media, Post

CODE_LENGTH = 11  # of the longest short code; ids in digits are longer


@dataclass(frozen=True, slots=True)
class Row:
    """`title` and `picture` are None where they are not for the staff member."""

    entry: Entry
    title: str | None
    picture: SafeString | str | None


def look_context(request: HttpRequest, person: User) -> dict[str, Any]:
    """A page of Top or Latest, or one post, as the address says; `told` is for the log."""
    ranking = "latest" if request.GET.get("ranking") == "latest" else "top"
    asked = request.GET.get("post", "").replace("\x00", " ").strip()
    context: dict[str, Any] = {"ranking": ranking, "asked": asked, "weights": current_weights()}
    if asked:
        post_id = _post_id(asked)
        entries = [] if post_id is None else [look_at_post(person, post_id)]
        return context | {
            "rows": _rows(request.user, entries),
            "told": f"Looked for one post in the feed: {asked[:80]}",
        }
    look = _page(person, ranking, request.GET.get("from", ""))
    told = f"Looked into the {ranking.title()} feed."
    return context | {"look": look, "rows": _rows(request.user, look.entries), "told": told}


def _page(person: User, ranking: str, start: str) -> Look:
    first = int(start) if is_id(start) else 0
    return look_at_latest(person, first) if ranking == "latest" else look_at_top(person, first)


def _post_id(text: str) -> int | None:
    """An id, a short code, or an address that ends with one."""
    word = text.rstrip("/").rpartition("/")[2]
    try:
        return parse_id(word) if len(word) > CODE_LENGTH else from_code(word)
    except ValueError:
        return None


def _rows(staff: Viewer, entries: Sequence[Entry]) -> list[Row]:
    media = Media.objects.order_by("position", "id").prefetch_related(SQUARES)
    wanted = Post.objects.filter(pk__in=[entry.post_id for entry in entries])
    found = previewed_posts(staff, wanted).prefetch_related(Prefetch("media", queryset=media)).in_bulk()
    return [_row(entry, found.get(entry.post_id)) for entry in entries]


def _row(entry: Entry, post: Post | None) -> Row:
    if post is None:
        return Row(entry, None, None)
    return Row(entry, str(post), thumbnail(next(iter(post.media.all()), None), is_shown=True))
