"""Searching under /rest/v1/."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.representations import represent_users
from accounts.selectors import search_people
from core import rate_limits
from core.api.calls import Call, Parameter
from core.api.views import ApiView, caller, page_answer, page_cursor, page_limit
from feeds.api.answers import SearchPage
from feeds.services.search import (
    KINDS,
    QUERY_LENGTH,
    SORTS,
    TYPES,
    Question,
    clean_question,
    require_open_search,
    search_posts,
    short_queries,
)
from photos.api.places import represent_place
from photos.api.tags import represent_tag_about
from photos.ready.viewing import posts_for
from photos.selectors import search_places, search_tags

TEXT = Parameter(
    "q",
    "What to look for: words in any case, with or without accents; of the last one the beginning is enough. Of posts "
    'also "words side by side", -word for what must not be there, and operators: `from:hana` or `from:me`, `tag:mist`, '
    "`type:photo` or `type:video`, `place:porto`, `has:location`, `before:2026-06` and `after:2026-05-31` (a day, a "
    "month or a year; from that one on). A minus before an operator leaves out what it would find.",
    {"type": "string", "pattern": r"\S", "maxLength": QUERY_LENGTH},
    required=True,
    example="lake",
    component="search-q",
)
TYPE = Parameter("type", "What sort of things.", {"type": "string", "enum": list(TYPES)}, example=TYPES[0])
KIND = Parameter("kind", "Posts that have such media.", {"type": "string", "enum": list(KINDS)}, example=KINDS[0])
SORT = Parameter(
    "sort",
    "Posts with the words in the title first, then in tags, in the caption, in place and author; or the newest, or the "
    "200 most liked.",
    {"type": "string", "enum": list(SORTS)},
    example=SORTS[0],
)
FROM = Parameter("from", "Posts of the person with this username; `me` for your own.", example="hana")


class SearchView(ApiView):
    """`kind`, `sort` and `from` are for posts."""

    public = True
    calls = {
        "get": Call(
            name="search",
            summary="Find posts, people, tags and places",
            answer=SearchPage,
            parameters=(TEXT, TYPE, KIND, SORT, FROM),
            problems=(422,),
        )
    }

    def get(self, request: Request) -> Response:
        require_open_search(request.user)
        question = clean_question(request.query_params, language=get_language_from_request(request))
        rate_limits.allow("search", caller(request))
        results, next_cursor = FIND[question.type](request, question)
        answer = page_answer(request, results, next_cursor)
        patch_vary_headers(answer, ["Accept-Language"])
        return answer


Found = tuple[Sequence[Any], str]


def _find_posts(request: Request, question: Question) -> Found:
    with short_queries():
        page = search_posts(request.user, question, cursor=page_cursor(request), limit=page_limit(request))
    return posts_for(request.user, page.items), page.next_cursor


def _find_people(request: Request, question: Question) -> Found:
    with short_queries():
        page = search_people(request.user, question.text, cursor=page_cursor(request), limit=page_limit(request))
    return represent_users(page.items, request.user), page.next_cursor


def _find_tags(request: Request, question: Question) -> Found:
    with short_queries():
        page = search_tags(request.user, question.text, cursor=page_cursor(request), limit=page_limit(request))
    return [represent_tag_about(about) for about in page.items], page.next_cursor


def _find_places(request: Request, question: Question) -> Found:
    with short_queries():
        page = search_places(request.user, question.text, cursor=page_cursor(request), limit=page_limit(request))
    return [represent_place(about) for about in page.items], page.next_cursor


FIND: dict[str, Callable[[Request, Question], Found]] = {
    "posts": _find_posts,
    "users": _find_people,
    "tags": _find_tags,
    "places": _find_places,
}
