"""Making ready cards from posts loaded with `for_cards`: as any signed-in viewer who is not the author gets them.

HTML comes from the templates of pages, rendered with marks where a viewer's own values go (`photos.ready.joining`).
The marks are made by chance for each call, so that nothing people wrote earlier can have them.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from core.media_urls import PRIVATE_SECONDS, PUBLIC_SECONDS
from photos.cards import address_seconds, post_card, tile_cards
from photos.models import Post
from photos.ready.joining import NUL
from photos.representations import represent_posts

CARD_SECONDS = {PUBLIC_SECONDS: 11 * 3600, PRIVATE_SECONDS: 7 * 60}  # before the addresses in it may end
MOVING = ("follower_count", "following_count", "post_count", "relationship")  # of an author
COUNTED = ("like_count", "comment_count", "viewer")
NOBODY = AnonymousUser()


def card_seconds(post: Post) -> int:
    """How long a card of this post may be kept."""
    return CARD_SECONDS[address_seconds(post)]


def make_bodies(posts: Sequence[Post], kind: str) -> dict[int, bytes]:
    """The ready card of each post; a post without pictures has no tile. No query."""
    with override(settings.LANGUAGE_CODE):
        return _MAKERS[kind](posts)


def _json_bodies(posts: Sequence[Post]) -> dict[int, bytes]:
    return {post.pk: _json_body(post, data) for post, data in zip(posts, represent_posts(posts, NOBODY), strict=True)}


def _json_body(post: Post, data: dict[str, Any]) -> bytes:
    author = {name: value for name, value in data["author"].items() if name not in MOVING}
    words = {name: value for name, value in data.items() if name not in ("author", *COUNTED)}
    download = {"can_download": post.downloads}
    head = b'{"author":' + orjson.dumps(author)[:-1] + b","
    middle = b"}," + orjson.dumps(words)[1:-1] + b","
    tail = orjson.dumps(download)[1:] + b"}"
    return NUL.join((head, middle, tail, post.comments[:1].encode()))


class _Marks:
    """What is put into templates where a gap shall be; each comes out as a NUL and its letter."""

    def __init__(self) -> None:
        self.stem = secrets.token_hex(16)

    def __getitem__(self, letter: str) -> SafeString:
        return mark_safe(self.stem + letter)  # noqa: S308  letters and digits only

    def gaps(self, html: str) -> bytes:
        return html.replace("\0", "").replace(self.stem, "\0").encode()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A like or a save that is not known yet, as `components/_like.html` and `_save.html` take it."""

    value: SafeString
    pressed: SafeString


class _Count(int):
    """More than none; `shown` instead of the number."""

    shown: str

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class _Request:
    get_full_path: SafeString


def _html_bodies(posts: Sequence[Post]) -> dict[int, bytes]:
    marks = _Marks()
    page = {"viewer": True, "eager": marks["e"], "csrf_token": marks["c"], "request": _Request(marks["n"])}
    bodies = {}
    for post in posts:
        liked, saved = (cast(Any, _Mark(marks[value], marks[pressed])) for value, pressed in ("op", "vk"))
        silent = replace(post_card(post, NOBODY), liked=liked, saved=saved, comments_label="")
        plain = replace(silent, comments_label=marks["m"])
        told = replace(plain, reason=marks["r"])
        html = _render("_post_card", {**page, "card": told})
        html = _choice(marks, "m", html, "_comments_link", {"card": silent}, {"card": told})
        bodies[post.pk] = marks.gaps(_choice(marks, "r", html, "_beside", {"card": plain}, {"card": told}))
    return bodies


def _tile_bodies(posts: Sequence[Post], *, square: bool) -> dict[int, bytes]:
    marks = _Marks()
    count = _Count(1)
    count.shown = marks["l"]
    bodies = {}
    for tile in tile_cards(posts):
        plain, liked = replace(tile, like_count=0), replace(tile, like_count=count)
        html = _render("_tile", {"tile": liked, "square": square, "eager": marks["e"]})
        bodies[tile.id] = marks.gaps(_choice(marks, "l", html, "_tile_over", {"tile": plain}, {"tile": liked}))
    return bodies


def _choice(
    marks: _Marks, letter: str, html: str, part: str, without: Mapping[str, object], given: Mapping[str, object]
) -> str:
    """`html`, in which `part` stands as it is `given`, with both forms of it; `letter` decides which one is taken."""
    there = _render(part, given)
    begin, between, end = marks[f"({letter}"], marks["|"], marks[")"]
    return html.replace(there, f"{begin}{_render(part, without)}{between}{there}{end}")


def _render(component: str, context: Mapping[str, object]) -> str:
    return get_template(f"components/{component}.html").render(dict(context))


_MAKERS: Mapping[str, Callable[[Sequence[Post]], dict[int, bytes]]] = {
    "j": _json_bodies,
    "h": _html_bodies,
    "t": lambda posts: _tile_bodies(posts, square=True),
    "w": lambda posts: _tile_bodies(posts, square=False),
}
