"""Pages of places."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from photos.place_posts import place_about, place_page
from photos.places import fold_place
from photos.web.walls import found_tiles

WALL_PAGE = 40


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """In any spelling that has this slug."""
    slug, cursor = fold_place(slug), request.GET.get("cursor", "")
    page = place_page(request.user, slug, cursor=cursor, limit=WALL_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.items, eager=not cursor),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    return render(request, "photos/place.html", {**context, "place": place_about(request.user, slug)})
