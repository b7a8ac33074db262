"""The home page in bytes: a frame, what stands beside the feed, and ready cards, joined. One way for all who answer it.

The frame is a template rendered with gaps and remembered by the process, for it is the same for everybody; no template
is rendered while somebody waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.site import Announced
from accounts.unread import unread_label
from core.web.context import chosen_theme
from core.web.csrf import masked_token
from core.web.express import etag_of
from feeds.services.home import FeedPage, reason_of
from feeds.services.near import check_of
from feeds.web.gaps import GAPS, Asked
from feeds.web.side import Side
from photos.ready.joining import NUL, card_slots, join_html, join_pieces, page_slots

FEED_PAGE = 8
RANKING_COOKIE = "ranking"
FRAMES = 128
PEOPLE = 10_000  # whose paths a process remembers


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that the frame of the page depends on."""

    theme: str
    ranking: str
    feed: bool
    time: bool
    newest: bool
    suggested: bool
    unread: bool
    frozen: bool
    announced: tuple[Announced, ...]
    stale: bool
    language: str | None
    site_name: str
    signup_open: bool
    explore_open: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The rendered frame, divided at its gaps, and a tag of it."""

    pieces: Sequence[bytes]
    tag: bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose page it is, and what is announced to them."""

    username: str
    frozen: bool
    announced: tuple[Announced, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the home page: its address with the query, the next page's ("" at the end), and whether it is first."""

    ranking: str
    full_path: str
    next_url: str
    is_first: bool


def page_answer(
    request: HttpRequest, page: FeedPage, place: Place, *, reader: Reader, side: Side, messages: Sequence[Any] = ()
) -> HttpResponse:
    """The whole page for this person. `messages` are shown on it once."""
    frame = Frame(
        theme=chosen_theme(request),
        ranking=place.ranking,
        feed=bool(page.items),
        time=page.built_at is not None and bool(page.items),
        newest=place.is_first and page.newest_id > 0,
        suggested=bool(side.suggested),
        unread=bool(side.unread),
        frozen=reader.frozen,
        announced=reader.announced,
        stale=page.stale,
        language=get_language(),
        site_name=settings.SITE_NAME,
        signup_open=settings.REGISTRATION != "closed",
        explore_open=settings.EXPLORE_OPEN,
    )
    slots = page_slots(csrf_token=masked_token(request), next_path=place.full_path)
    own = {
        b"u": _profile_path(reader.username),
        b"b": unread_label(side.unread).encode(),
        b"t": timezone.localtime(page.built_at).strftime("%H:%M").encode() if page.built_at else b"",
    }
    cards, marks = _feed(page, place, slots)
    shell = _render_frame(frame, messages) if messages or settings.DEBUG else _frame(frame)
    newest = b"%d" % page.newest_id  # moves on with the clock, and is no reason to send the page again
    beside = {b"f": cards, b"s": join_html(side.suggested, slots), b"i": newest}
    html = join_pieces(shell.pieces, slots | own | beside)
    return _answer(request, html, [shell.tag, side.suggested, *own.values(), *marks])


def fragment_answer(request: HttpRequest, page: FeedPage, place: Place) -> HttpResponse:
    """The cards alone, and the way to the next ones."""
    token = masked_token(request) if page.items else ""
    return _answer(request, *_feed(page, place, page_slots(csrf_token=token, next_path=place.full_path)))


def _answer(request: HttpRequest, html: bytes, marks: Iterable[bytes]) -> HttpResponse:
    """`marks` are what `html` is made of, but for the CSRF token, which is new each time, instead of its secret."""
    secret = request.META.get("CSRF_COOKIE", "").encode()
    return HttpResponse(html, headers={"ETag": etag_of(secret, *marks)})


def _feed(page: FeedPage, place: Place, slots: Mapping[bytes, bytes]) -> tuple[bytes, list[bytes]]:
    """The cards and the way to the next ones, and of what they are made.

    Before the first card that was seen before stands a line, unless the page begins with it.
    """
    parts: list[bytes] = []
    marks = [slots[b"n"], place.next_url.encode()]
    told = not page.items or page.items[0].seen
    for number, item in enumerate(page.items):
        if item.seen and not told:
            told = True
            parts.append(_divider())
        own = card_slots(
            liked=item.liked,
            saved=item.saved,
            reason=reason_of(item).text,
            comments=item.comment_count,
            eager=number == 0 and place.is_first,
        )
        parts.append(join_pieces(item.pieces or item.body.split(NUL), {**slots, **own}))
        marks += (item.check or check_of(item.body), *own.values(), b"1" if item.seen else b"0")
    parts.append(join_html(_more(is_end=not place.next_url), {b"u": escape(place.next_url).encode()}))
    return b"".join(parts), marks


@lru_cache(PEOPLE)
def _profile_path(username: str) -> bytes:
    return escape(reverse("feeds:profile", args=[username])).encode()


@lru_cache(FRAMES)
def _frame(frame: Frame) -> Shell:
    return _render_frame(frame, ())


def _render_frame(frame: Frame, messages: Sequence[Any]) -> Shell:
    context = {
        **asdict(frame),
        "announced": frame.announced,
        "origin": settings.ORIGIN,
        "request": Asked(),
        "csrf_token": GAPS["c"],
        "viewer": {"url": GAPS["u"]},
        "messages": messages,
        "unread": GAPS["b"] if frame.unread else "",
        "feed": GAPS["f"] if frame.feed else "",
        "suggested": GAPS["s"] if frame.suggested else "",
        "time": GAPS["t"] if frame.time else "",
        "newest_id": GAPS["i"] if frame.newest else "",
    }
    html = render_to_string("feeds/home.html", context).encode()
    return Shell(html.split(NUL), etag_of(html).encode())


@cache
def _more(*, is_end: bool) -> bytes:
    context = {"tag": "div", "next_url": "" if is_end else GAPS["u"]}
    return render_to_string("components/_more.html", context).encode()


@cache
def _divider() -> bytes:
    return render_to_string("components/_seen_divider.html").encode()
