"""Muting, restricting, close friends, and the lists of all of them in Settings."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_known_user_for, get_user_for
from accounts.cards import people_cards
from accounts.models import Mute, User
from accounts.selectors import (
    blocks_page,
    close_friends_page,
    find_acquaintances,
    is_restricting,
    mute_in_force,
    mutes_page,
    restrictions_page,
)
from accounts.services import mutes
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import MuteForm
from accounts.web.listing import PeopleList, RowAction, asked_part, people_page, typed_words
from accounts.web.switches import CLOSE_FRIEND, RESTRICTION, press
from accounts.web.times import until_when
from core.paging import DEFAULT_LIMIT, Page
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other

Found = tuple[Page[User], Mapping[int, str]]  # people, and notes by their ids


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mute(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_known_user_for(request.user, username)
    now = mute_in_force(request.user, person)
    form = MuteForm(request.POST if request.method == "POST" else None, initial={"scope": now.scope} if now else {})
    context = {"person": people_cards([person], request.user)[0], "form": form, "mute": _mute_note(now) if now else ""}
    if request.method == "POST" and request.POST.get("on", "1") == "0":
        mutes.unmute_user(request.user, person)
        messages.success(request, _("%(name)s is no longer muted.") % {"name": person.name})
    elif form.is_valid():
        seconds = form.cleaned_data["seconds"]
        until = timezone.now() + timedelta(seconds=seconds) if seconds else None
        mutes.mute_user(request.user, person, scope=form.cleaned_data["scope"], until=until)
        messages.success(request, _("%(name)s is muted.") % {"name": person.name})
    else:
        return render(request, "accounts/mute.html", context, status=422 if form.errors else 200)
    return see_other(safe_next(request, reverse("feeds:profile", args=[person.username])))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def restrict(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    if request.method == "POST":
        return press(request, person, RESTRICTION, reverse("feeds:profile", args=[person.username]))
    restricting = is_restricting(request.user, person)
    context = {"person": people_cards([person], request.user)[0], "restricting": restricting}
    return render(request, "accounts/restrict.html", context)


@require_POST
@signed_in
def close_friend(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    return press(request, person, CLOSE_FRIEND, reverse("accounts:settings-close-friends"))


@require_safe
@signed_in
def listed(request: SignedInRequest, kind: str) -> HttpResponse:
    """One of LISTS, whole or, for htmx, its next part."""
    about, read = LISTS[kind]
    page, notes = read(request.user, limit=DEFAULT_LIMIT, **asked_part(request))
    return people_page(request, page, about, notes)


@require_safe
@signed_in
def friends(request: SignedInRequest) -> HttpResponse:
    """The close friends, and with `q` people to add."""
    page = close_friends_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    typed = typed_words(request)
    found = find_acquaintances(request.user, typed)
    cards = people_cards([*page.items, *found], request.user)
    context = {
        "people": cards[: len(page.items)],
        "next_url": next_page_url(request, page.next_cursor),
        "found": cards[len(page.items) :],
        "q": typed,
        "remove": RowAction("accounts:close-friend", "0", _("Remove")),
        "add": RowAction("accounts:close-friend", "1", _("Add")),
    }
    return render(request, "accounts/close_friends.html", context)


def _mute_note(mute: Mute) -> str:
    """What is muted and how long, in words."""
    scope = _("Posts") if mute.scope == Mute.Scope.POSTS else _("Everything")
    return f"{scope} · {until_when(mute.until)}"


def _without_notes(read: Callable[..., Page[User]]) -> Callable[..., Found]:
    return lambda person, **asked: (read(person, **asked), {})


def _with_mutes(person: User, *, limit: int, **asked: str) -> Found:
    page = mutes_page(person, limit=limit, **asked)
    notes = {each.muted_id: _mute_note(each) for each in page.items}
    return Page([each.muted for each in page.items], page.next_cursor), notes


LISTS: dict[str, tuple[PeopleList, Callable[..., Found]]] = {
    "blocked": (
        PeopleList(
            gettext_lazy("Blocked people"),
            gettext_lazy("You have blocked nobody."),
            search=gettext_lazy("Search the blocked people"),
            section="blocked",
            intro=gettext_lazy("You and they do not see each other. They are not told."),
        ),
        _without_notes(blocks_page),
    ),
    "muted": (
        PeopleList(
            gettext_lazy("Muted people"),
            gettext_lazy("You have muted nobody."),
            search=gettext_lazy("Search the muted people"),
            section="muted",
            action=RowAction("accounts:mute", "0", gettext_lazy("Unmute")),
            shows_follow=False,
            intro=gettext_lazy("You do not see them for a while or for good. They cannot tell."),
        ),
        _with_mutes,
    ),
    "restricted": (
        PeopleList(
            gettext_lazy("Restricted people"),
            gettext_lazy("You restrict nobody."),
            search=gettext_lazy("Search the restricted people"),
            section="restricted",
            action=RowAction("accounts:restrict", "0", gettext_lazy("Stop restricting")),
            shows_follow=False,
            intro=gettext_lazy("What they do at your posts shows to them and you alone. They are not told."),
        ),
        _without_notes(restrictions_page),
    ),
}
