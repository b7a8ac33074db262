"""Explore for people and visitors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.exceptions import Malformed
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.redirects import see_other
from feeds.services.explore import ExplorePage, explore_page, popular_tags
from feeds.suggestions import suggestions_for
from feeds.web.people import suggested_cards
from photos.web.walls import found_tiles

WALL_PAGE = 40


@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    wanted, cursor = request.GET.get("range", "day"), request.GET.get("cursor", "")
    try:
        page = explore_page(request.user, range_name=wanted, cursor=cursor, limit=WALL_PAGE)
    except Malformed as problem:
        if problem.code != "cursor_expired":
            raise
        return _start_again(request, wanted)
    return _show(request, page, is_first=not cursor)


def _show(request: HttpRequest, page: ExplorePage, *, is_first: bool) -> HttpResponse:
    context = {
        "tiles": found_tiles(request.user, page.posts, eager=is_first),
        "page": page,
        "range": page.range,
        "next_url": next_page_url(request, page.next_cursor, range=page.range),
    }
    if wants_fragment(request):
        return render(request, "feeds/_explore_page.html", context)
    context["tags"] = popular_tags(request.user)
    context["people"] = suggested_cards(request.user, suggestions_for(request.user))
    return render(request, "feeds/explore.html", context)


def _start_again(request: HttpRequest, range_name: str) -> HttpResponse:
    """For who pages on through a list that is kept no longer: they have read far, and the newer one begins anew."""
    if wants_fragment(request):
        return render(request, "feeds/_explore_page.html", {"range": range_name, "is_over": True})
    return see_other(f"{reverse('feeds:explore')}?range={range_name}")
