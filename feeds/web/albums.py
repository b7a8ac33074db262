"""The albums of one person, a tab of their profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import get_user_for
from accounts.cards import people_cards
from accounts.selectors import can_see_posts_of
from core.web.paging import next_page_url
from photos.albums import albums_page
from photos.web.albums import with_covers

ALBUMS_PAGE = 24


@require_safe
def albums(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    page = albums_page(request.user, person, cursor=request.GET.get("cursor", ""), limit=ALBUMS_PAGE)
    context = {
        "person": people_cards([person], request.user)[0],
        "albums": with_covers(page.items),
        "next_url": next_page_url(request, page.next_cursor),
        "can_see": can_see_posts_of(request.user, person),
    }
    return render(request, "feeds/albums.html", context)
