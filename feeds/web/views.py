"""The home feed, the landing page and profiles."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import get_user_for
from accounts.cards import people_cards, profile_card
from accounts.models import User
from accounts.selectors import can_see_posts_of, suggested_people
from core.exceptions import Malformed
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from feeds.selectors import profile_page
from feeds.services.home import RANKINGS, feed_page
from photos.cards import post_cards, tile_cards
from photos.selectors import recent_public_posts

FEED_PAGE = 8
GRID_PAGE = 24
WALL = 30
RANKING_COOKIE = "ranking"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        tiles = tile_cards(recent_public_posts(request.user, WALL))
        return render(request, "feeds/landing.html", {"tiles": tiles})
    ranking = _ranking(request)
    page = feed_page(request.user, ranking=ranking, cursor=request.GET.get("cursor", ""), limit=FEED_PAGE)
    reasons = {post_id: reason.text for post_id, reason in page.reasons.items()}
    fragment = wants_fragment(request)
    context = {
        "cards": post_cards(page.posts, request.user, reasons=reasons),
        "ranking": ranking,
        "next_url": next_page_url(request, page.next_cursor, ranking=ranking),
        "built_at": page.built_at,
        "suggestions": [] if fragment else people_cards(suggested_people(request.user), request.user),
    }
    response = render(request, "feeds/_feed_page.html" if fragment else "feeds/home.html", context)
    if "ranking" in request.GET and not fragment:
        response.set_cookie(RANKING_COOKIE, ranking, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SECURE)
    return response


def _ranking(request: HttpRequest) -> str:
    """Top or Latest: as asked for now, else as asked for last time."""
    asked = request.GET.get("ranking")
    if asked is not None and asked not in RANKINGS:
        raise Malformed(f"ranking must be one of {', '.join(RANKINGS)}.", code="ranking_unknown")
    remembered = request.COOKIES.get(RANKING_COOKIE, "")
    return asked or (remembered if remembered in RANKINGS else RANKINGS[0])


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    can_see = can_see_posts_of(request.user, person)
    page = profile_page(request.user, person, cursor=request.GET.get("cursor", ""), limit=GRID_PAGE)
    context = {
        "profile": profile_card(person, request.user, is_open=can_see),
        "can_see": can_see,
        "tiles": tile_cards(page.items),
        "view": "contact" if request.GET.get("view") == "contact" else "grid",
        "next_url": next_page_url(request, page.next_cursor),
    }
    return render(request, "feeds/_grid_page.html" if wants_fragment(request) else "feeds/profile.html", context)
