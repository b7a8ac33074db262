"""The home page on the express way: Top, its first page or what htmx fetches of the next ones.

While Postgres is away it answers for every page of the feed.
"""

import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from accounts.site import Announced, announced_if_known, announcements
from accounts.snapshots import (
    ViewerSnapshot,
    ask_session,
    find_by_session,
    forget_session_owner,
    is_due,
    session_answer,
)
from accounts.web.site import dismissed_in
from core.postgres import is_away
from core.valkey import Command
from core.web.cookies import get_choice
from core.web.htmx import wants_fragment
from feeds.services.home import RANKINGS, FeedPage, note_shown, ready_page
from feeds.web.home_page import FEED_PAGE, RANKING_COOKIE, Place, Reader, fragment_answer, page_answer
from feeds.web.side import NO_SIDE, Side, ask_side, read_side

TOP = RANKINGS[0]
_NEXT_PAGE = re.compile(r"ranking=top&cursor=([A-Za-z0-9_-]{1,100})|cursor=([A-Za-z0-9_-]{1,100})&ranking=top")

_csrf = CsrfViewMiddleware(lambda request: HttpResponse())


def answer_home(request: HttpRequest) -> HttpResponse | None:
    """None for every page but those, for whoever has a message waiting, and when anything is missing.

    With Postgres away what stands beside the feed may be missing, and nothing has to be written down.
    """
    cookies = request.COOKIES
    is_fragment = wants_fragment(request)
    query = request.META.get("QUERY_STRING", "")
    asked = _asked(request, query, is_fragment=is_fragment)
    if asked is None or get_choice(request, "messages") or settings.SESSION_COOKIE_NAME not in cookies:
        return None
    ranking, cursor = asked
    viewer, page = _read(cookies[settings.SESSION_COOKIE_NAME], asked, is_fragment=is_fragment)
    if viewer is None or page is None:
        return None
    next_url = _next_url(query, ranking, page.next_cursor)
    side, announced = (NO_SIDE, ()) if is_fragment else (_side_of(page), _announced_of(page, request))
    if side is None or announced is None:
        return None
    note_shown(viewer.id, page)
    place = Place(ranking, f"/?{query}" if query else "/", next_url, is_first=not cursor)
    _csrf.process_request(request)
    if is_fragment:
        return _finished(request, fragment_answer(request, page, place))
    reader = Reader(viewer.username, viewer.is_frozen, announced)
    return _finished(request, page_answer(request, page, place, reader=reader, side=side))


def _read(
    session_key: str, asked: tuple[str, str], *, is_fragment: bool
) -> tuple[ViewerSnapshot | None, FeedPage | None]:
    """Who asks, and the page; for a whole page `extra` of it begins with the answers to `ask_side`, and then has the
    version of what is announced.

    One trip to Valkey when this process has seen the session before, else one for the session first.
    """
    asking = ask_session(session_key)
    viewer: ViewerSnapshot | None = None
    if asking is None:
        viewer = find_by_session(session_key)
        if viewer is None or not _is_good(viewer):
            return None, None
        asking = viewer.id, []
    viewer_id, known = asking
    beside: Sequence[Command] = [] if is_fragment else [*ask_side(viewer_id), announcements.ask()]
    answers: list[Any] = []
    extra = [*beside, *known]
    ranking, cursor = asked
    page = ready_page(
        viewer_id, ranking=ranking, cursor=cursor, limit=FEED_PAGE, kind="h", extra=extra, answers=answers
    )
    if known and answers:
        viewer = session_answer(*answers[len(beside) :])
        if viewer is None:
            forget_session_owner(session_key)
    return (viewer, page) if _is_good(viewer) else (None, None)


def _side_of(page: FeedPage) -> Side | None:
    """What stands beside a whole page; None when it is not ready and Postgres can make it."""
    return read_side(*page.extra[:3]) or (NO_SIDE if page.stale else None)


def _announced_of(page: FeedPage, request: HttpRequest) -> tuple[Announced, ...] | None:
    """What is announced; None when this process does not know and Postgres can be asked."""
    known = announced_if_known(page.extra[3], dismissed_in(request))
    return () if known is None and page.stale else known


def _is_good(viewer: ViewerSnapshot | None) -> bool:
    """Whether the person is known, and nothing has to be written down."""
    return viewer is not None and (not is_due(time.time(), viewer.seen) or is_away())


def _asked(request: HttpRequest, query: str, *, is_fragment: bool) -> tuple[str, str] | None:
    """The ranking and the cursor of a page that can be answered; None for any other."""
    remembered = get_choice(request, RANKING_COOKIE, TOP)
    if is_away():
        asked = dict(parse_qsl(query))
        ranking = asked.get("ranking") or (remembered if remembered in RANKINGS else TOP)
        return (ranking, asked.get("cursor", "")) if ranking in RANKINGS else None
    if not query:
        return None if remembered in RANKINGS[1:] else (TOP, "")
    match = _NEXT_PAGE.fullmatch(query) if is_fragment else None
    return (TOP, match[1] or match[2]) if match else None


def _next_url(query: str, ranking: str, cursor: str) -> str:
    """As `next_page_url` makes it of such a query."""
    if not cursor:
        return ""
    return (
        f"/?ranking={ranking}&cursor={cursor}"
        if query.startswith("ranking")
        else f"/?cursor={cursor}&ranking={ranking}"
    )


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With the headers and the cookie that the middleware gives to pages."""
    response.headers["Vary"] = "HX-Request, Cookie"
    response.headers["Cache-Control"] = "private, no-cache"
    _csrf.process_response(request, response)
    return response
