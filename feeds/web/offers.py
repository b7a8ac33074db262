"""What is offered under the field of the search while somebody types."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.cards import PersonCard, person_card
from core import rate_limits
from core.web.client_address import client_address
from core.web.htmx import wants_fragment
from core.web.redirects import see_other
from feeds.services.finding import Typed, offers_for, read_typed
from feeds.services.search import QUERY_LENGTH, require_open_search, short_queries
from feeds.services.suggest_words import Suggestions


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the list and where it leads; `icon` is "" for people and tags."""

    url: str
    title: str
    note: str
    person: PersonCard | None = None
    icon: str = ""


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """A piece of a page, for scripts; who comes without one is led to the page."""
    text = request.GET.get("q", "")[:QUERY_LENGTH]
    if not wants_fragment(request):
        return see_other(f"{reverse('feeds:search')}?{urlencode({'q': text})}")
    require_open_search(request.user)
    rate_limits.allow("typeahead", asker(request))
    typed = read_typed(text)
    with short_queries():
        found = offers_for(request.user, typed)
    return render(request, "feeds/_search_offers.html", {"options": _options(request, found, typed)})


def asker(request: HttpRequest) -> str:
    """Whom limits count: the person, or the address of a visitor."""
    return str(request.user.pk) if request.user.is_authenticated else client_address(request)


def _options(request: HttpRequest, found: Suggestions, typed: Typed) -> list[Option]:
    people = [person_card(person, request.user) for person in found.people]
    tags = [(tag, reverse("photos:tag", args=[tag])) for tag in found.tags]
    places = [(slug, name, reverse("photos:place", args=[slug])) for slug, name in found.places]
    return [
        *(Option(_address(typed, each.username, each.url), each.name, f"@{each.username}", each) for each in people),
        *(Option(_address(typed, tag, url), f"#{tag}", _("Tag")) for tag, url in tags),
        *(Option(_address(typed, slug, url), name, _("Place"), icon="map-pin") for slug, name, url in places),
    ]


def _address(typed: Typed, value: str, page: str) -> str:
    """The page of the thing; behind an operator the search with it as the value."""
    if not typed.operator:
        return page
    return f"{reverse('feeds:search')}?{urlencode({'q': typed.with_value(value)})}"
