"""Lists of people as pages show them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.cards import PersonCard, people_cards
from accounts.models import User
from core.paging import Page
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url

MOST_SIGNS = 100


@dataclass(frozen=True, slots=True)
class RowAction:
    """A button beside each person of a list: where it posts (an address with the username), `on`, and its label."""

    url_name: str
    on: str
    label: str


@dataclass(frozen=True, slots=True)
class PeopleList:
    """What a page says about its list. `section` is the tab of Settings, People, that it is; "" for none.

    `search` labels the field to search the list with; without it there is none.
    """

    title: str
    empty_text: str
    search: str = ""
    section: str = ""
    action: RowAction | None = None
    shows_follow: bool = True
    intro: str = ""


def typed_words(request: HttpRequest) -> str:
    """What is searched for, cut to what may be typed."""
    return request.GET.get("q", "")[:MOST_SIGNS]


def people_page(request: HttpRequest, page: Page[User], about: PeopleList) -> HttpResponse:
    """A list of people, whole or, for htmx, its next part."""
    return cards_page(request, people_cards(page.items, request.user), page.next_cursor, about)


def cards_page(request: HttpRequest, people: list[PersonCard], next_cursor: str, about: PeopleList) -> HttpResponse:
    context = {
        "people": people,
        "next_url": next_page_url(request, next_cursor),
        "about": about,
        "action": about.action,
        "shows_follow": about.shows_follow,
        "q": typed_words(request),
    }
    return render(request, "accounts/_people_page.html" if wants_fragment(request) else "accounts/people.html", context)
