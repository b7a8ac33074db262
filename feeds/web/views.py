"""The home feed, the landing page and profiles."""

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import get_user_for
from accounts.cards import may_engines_list, people_cards, profile_card
from accounts.models import User
from accounts.selectors import can_see_posts_of
from accounts.web.site import announced_to
from core.exceptions import Malformed
from core.web.cookies import get_choice, remember_choice
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from feeds.selectors import profile_page, tagged_in_page
from feeds.services.home import RANKINGS, feed_page
from feeds.web.home_page import FEED_PAGE, RANKING_COOKIE, Place, Reader, fragment_answer, page_answer
from feeds.web.landing import show_landing
from feeds.web.side import side_for
from photos.web.walls import found_tiles, grid_tiles

GRID_PAGE = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        return show_landing(request)
    ranking = _ranking(request)
    cursor = request.GET.get("cursor", "")
    page = feed_page(user.pk, ranking=ranking, cursor=cursor, limit=FEED_PAGE, kind="h")
    next_url = next_page_url(request, page.next_cursor, ranking=ranking)
    place = Place(ranking, request.get_full_path(), next_url, is_first=not cursor)
    if wants_fragment(request):
        return fragment_answer(request, page, place)
    messages = list(get_messages(request))
    reader = Reader(user.username, user.frozen_at is not None, announced_to(request))
    response = page_answer(request, page, place, reader=reader, side=side_for(user), messages=messages)
    if "ranking" in request.GET:
        remember_choice(response, RANKING_COOKIE, ranking)
    return response


def _ranking(request: HttpRequest) -> str:
    """Top or Latest: as asked for now, else as asked for last time."""
    asked = request.GET.get("ranking")
    if asked is not None and asked not in RANKINGS:
        raise Malformed(f"ranking must be one of {', '.join(RANKINGS)}.", code="ranking_unknown")
    remembered = get_choice(request, RANKING_COOKIE)
    return asked or (remembered if remembered in RANKINGS else RANKINGS[0])


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    can_see = can_see_posts_of(request.user, person)
    cursor, is_sheet = request.GET.get("cursor", ""), request.GET.get("view") == "contact"
    page = profile_page(request.user, person, cursor=cursor, limit=GRID_PAGE)
    is_own = request.user.pk == person.pk
    context = {
        "profile": profile_card(person, request.user),
        "can_see": can_see or bool(page.items),  # close friends see something of a private account, too
        "lists": can_see and (is_own or not person.hides_follows),
        "listed": may_engines_list(person),
        "tiles": grid_tiles(
            request.user, page.items, own=is_own, square=not is_sheet, eager=not is_sheet and not cursor
        ),
        "view": "contact" if is_sheet else "grid",
        "next_url": next_page_url(request, page.next_cursor),
    }
    return render(request, "feeds/_grid_page.html" if wants_fragment(request) else "feeds/profile.html", context)


@require_safe
def tagged(request: HttpRequest, username: str) -> HttpResponse:
    """Posts that somebody is in, as far as their profile and the posts are for the viewer."""
    person = get_user_for(request.user, username)
    cursor = request.GET.get("cursor", "")
    page = tagged_in_page(request.user, person.username, cursor=cursor, limit=GRID_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.items, eager=not cursor),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    card = people_cards([person], request.user)[0]
    more = {"person": card, "can_see": can_see_posts_of(request.user, person)}
    return render(request, "feeds/tagged.html", {**context, **more})
