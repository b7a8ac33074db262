"""The page of finding: posts by title first, people, tags and places."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.cards import people_cards
from accounts.selectors import search_people
from core import rate_limits
from core.exceptions import AppError, InvalidInput, Malformed, RateLimited, Unavailable
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from feeds.services.explore import popular_tags
from feeds.services.finding import near_offers
from feeds.services.search import Question, clean_question, require_open_search, search_posts, short_queries
from feeds.web.offers import asker
from photos.selectors import search_places, search_tags
from photos.web.walls import found_tiles

WALL_PAGE, LIST_PAGE = 40, 20
TABS = {"posts": _("Posts"), "people": _("People"), "tags": _("Tags"), "places": _("Places")}
KINDS = {"": _("All"), "photo": _("Photos"), "video": _("Videos")}
SORTS = {"relevance": _("Best match"), "new": _("Newest"), "top": _("Most liked")}
OTHER_NAMES = {"people": "users", "new": "newest"}  # as the search itself calls them

Found = tuple[dict[str, Any], str]  # what the template of that sort needs, and the cursor of the next page


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as typed; `type`, `kind` and `sort` may be nothing that there is."""

    q: str
    type: str
    kind: str
    sort: str

    def question(self, language: str) -> Question:
        """InvalidInput if it cannot be asked."""
        named = {name: OTHER_NAMES.get(value, value) for name, value in asdict(self).items() if value}
        return clean_question(named, language=language)

    def url(self, **changes: str) -> str:
        """The address of this search with something else in it."""
        return f"{reverse('feeds:search')}?{urlencode([('q', self.q), *replace(self, **changes).said])}"

    @property
    def said(self) -> list[tuple[str, str]]:
        """Names and values besides the words, but for what goes without saying."""
        values = {"type": self.type, "kind": self.kind, "sort": self.sort}
        return [(name, value) for name, value in values.items() if value not in ("", "posts", "relevance")]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    require_open_search(request.user)
    asked = _read(request)
    if not asked.q:
        return _show(request, asked, {"tags": popular_tags(request.user)})
    try:
        found = _find(request, asked)
    except (InvalidInput, Malformed, RateLimited, Unavailable) as problem:
        if wants_fragment(request):
            raise
        return _show_problem(request, asked, problem)
    if wants_fragment(request):
        return render(request, "feeds/_search_page.html", {**found, "asked": asked})
    return _show(request, asked, found)


def _read(request: HttpRequest) -> Asked:
    given = request.GET
    return Asked(
        given.get("q", "").strip(),
        given.get("type") or "posts",
        given.get("kind", ""),
        given.get("sort") or "relevance",
    )


def _find(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """One page of what is found; on an empty first page also what may have been meant."""
    question = asked.question(get_language_from_request(request))
    rate_limits.allow("search", asker(request))
    with short_queries():
        found, next_cursor = FIND[question.type](request, question, request.GET.get("cursor", ""))
        if not (any(found.values()) or next_cursor or "cursor" in request.GET):
            near = near_offers(request.user, question.text)
            found |= {"near": near, "near_people": people_cards(near.people, request.user)}
    return {**found, "next_url": next_page_url(request, next_cursor)}


def _find_posts(request: HttpRequest, question: Question, cursor: str) -> Found:
    page = search_posts(request.user, question, cursor=cursor, limit=WALL_PAGE)
    return {"tiles": found_tiles(request.user, page.items, eager=not cursor)}, page.next_cursor


def _find_people(request: HttpRequest, question: Question, cursor: str) -> Found:
    page = search_people(request.user, question.text, cursor=cursor, limit=LIST_PAGE)
    return {"people": people_cards(page.items, request.user)}, page.next_cursor


def _find_tags(request: HttpRequest, question: Question, cursor: str) -> Found:
    page = search_tags(request.user, question.text, cursor=cursor, limit=LIST_PAGE)
    return {"tags": page.items}, page.next_cursor


def _find_places(request: HttpRequest, question: Question, cursor: str) -> Found:
    page = search_places(request.user, question.text, cursor=cursor, limit=LIST_PAGE)
    return {"places": page.items}, page.next_cursor


FIND: Mapping[str, Callable[[HttpRequest, Question, str], Found]] = {
    "posts": _find_posts,
    "users": _find_people,
    "tags": _find_tags,
    "places": _find_places,
}


def _show(request: HttpRequest, asked: Asked, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    choices = {
        f"{name}s": [
            (label, asked.url(**{name: value}), value == getattr(asked, name)) for value, label in known.items()
        ]
        for name, known in (("type", TABS), ("kind", KINDS), ("sort", SORTS))
    }
    return render(request, "feeds/search.html", {"asked": asked, **choices, **context}, status=status)


def _show_problem(request: HttpRequest, asked: Asked, problem: AppError) -> HttpResponse:
    """The page with the question as it was, and why it has no answer."""
    response = _show(request, asked, {"problem": problem, "again": asked.url()}, problem.status)
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response
