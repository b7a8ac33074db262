"""Lists of people as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.cards import people_cards
from accounts.models import User
from core.paging import Page
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_SIGNS = 100


@dataclass(frozen=True, slots=True)
class RowAction:
    """A button beside each person of a list: where it posts (an address with the username), `on`, and its label."""

    url_name: str
    on: str
    label: "StrOrPromise"


@dataclass(frozen=True, slots=True)
class PeopleList:
    """What a page says about its list. `section` is the tab of Settings, People, that it is; "" for none.

    `search` labels the field to search the list with; without it there is none.
    """

    title: "StrOrPromise"
    empty_text: "StrOrPromise"
    search: "StrOrPromise" = ""
    section: str = ""
    action: RowAction | None = None
    shows_follow: bool = True
    intro: "StrOrPromise" = ""


def typed_words(request: HttpRequest) -> str:
    """What is searched for, cut to what may be typed."""
    return request.GET.get("q", "")[:MOST_SIGNS]


def asked_part(request: HttpRequest) -> dict[str, str]:
    """Which part of a list is asked for, as the selectors take it."""
    return {"cursor": request.GET.get("cursor", ""), "typed": typed_words(request)}


def people_page(
    request: HttpRequest, page: Page[User], about: PeopleList, notes: Mapping[int, str] | None = None
) -> HttpResponse:
    """A list of people, whole or, for htmx, its next part. `notes` by their ids stand beside them."""
    context = {
        "people": people_cards(page.items, request.user, notes),
        "next_url": next_page_url(request, page.next_cursor),
        "about": about,
        "action": about.action,
        "shows_follow": about.shows_follow,
        "q": typed_words(request),
    }
    return render(request, "accounts/_people_page.html" if wants_fragment(request) else "accounts/people.html", context)
