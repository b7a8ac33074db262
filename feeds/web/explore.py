"""Explore for people and visitors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from feeds.services.explore import explore_page, popular_tags
from feeds.suggestions import suggestions_for
from feeds.web.people import suggested_cards
from photos.web.walls import found_tiles

WALL_PAGE = 40


@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    wanted, cursor = request.GET.get("range", "day"), request.GET.get("cursor", "")
    page = explore_page(request.user, range_name=wanted, cursor=cursor, limit=WALL_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.posts, eager=not cursor),
        "page": page,
        "next_url": next_page_url(request, page.next_cursor, range=page.range),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    context["tags"] = popular_tags(request.user)
    context["people"] = suggested_cards(request.user, suggestions_for(request.user))
    return render(request, "feeds/explore.html", context)
