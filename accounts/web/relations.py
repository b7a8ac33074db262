"""Muting, restricting, close friends, and the lists of all of them in Settings."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_known_user_for, get_user_for
from accounts.cards import people_cards
from accounts.models import Mute
from accounts.selectors import (
    blocks_page,
    close_friends_page,
    find_acquaintances,
    is_restricting,
    mute_in_force,
    mutes_page,
    restrictions_page,
)
from accounts.services import close_friends, mutes, restrictions
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import MuteForm
from accounts.web.listing import PeopleList, RowAction, cards_page, people_page, typed_words
from accounts.web.times import until_when
from core.paging import DEFAULT_LIMIT
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other


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
    if request.method != "POST":
        restricting = is_restricting(request.user, person)
        context = {"person": people_cards([person], request.user)[0], "restricting": restricting}
        return render(request, "accounts/restrict.html", context)
    if request.POST.get("on", "1") == "1":
        restrictions.restrict_user(request.user, person)
        messages.success(request, _("%(name)s is restricted.") % {"name": person.name})
    else:
        restrictions.unrestrict_user(request.user, person)
        messages.success(request, _("%(name)s is no longer restricted.") % {"name": person.name})
    return see_other(safe_next(request, reverse("feeds:profile", args=[person.username])))


@require_POST
@signed_in
def close_friend(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    if request.POST.get("on", "1") == "1":
        close_friends.add_close_friend(request.user, person)
        messages.success(request, _("%(name)s is a close friend now.") % {"name": person.name})
    else:
        close_friends.remove_close_friend(request.user, person)
        messages.success(request, _("%(name)s is no close friend any more.") % {"name": person.name})
    return see_other(safe_next(request, reverse("accounts:settings-close-friends")))


@require_safe
@signed_in
def blocked(request: SignedInRequest) -> HttpResponse:
    cursor, typed = request.GET.get("cursor", ""), typed_words(request)
    page = blocks_page(request.user, cursor=cursor, limit=DEFAULT_LIMIT, typed=typed)
    about = PeopleList(
        _("Blocked people"),
        _("You have blocked nobody."),
        search=_("Search the blocked people"),
        section="blocked",
        intro=_("You and they do not see each other. They are not told."),
    )
    return people_page(request, page, about)


@require_safe
@signed_in
def muted(request: SignedInRequest) -> HttpResponse:
    cursor, typed = request.GET.get("cursor", ""), typed_words(request)
    page = mutes_page(request.user, cursor=cursor, limit=DEFAULT_LIMIT, typed=typed)
    about = PeopleList(
        _("Muted people"),
        _("You have muted nobody."),
        search=_("Search the muted people"),
        section="muted",
        action=RowAction("accounts:mute", "0", _("Unmute")),
        shows_follow=False,
        intro=_("You do not see them for a while or for good. They cannot tell."),
    )
    notes = {each.muted_id: _mute_note(each) for each in page.items}
    people = people_cards([each.muted for each in page.items], request.user, notes)
    return cards_page(request, people, page.next_cursor, about)


@require_safe
@signed_in
def restricted(request: SignedInRequest) -> HttpResponse:
    cursor, typed = request.GET.get("cursor", ""), typed_words(request)
    page = restrictions_page(request.user, cursor=cursor, limit=DEFAULT_LIMIT, typed=typed)
    about = PeopleList(
        _("Restricted people"),
        _("You restrict nobody."),
        search=_("Search the restricted people"),
        section="restricted",
        action=RowAction("accounts:restrict", "0", _("Stop restricting")),
        shows_follow=False,
        intro=_("What they do at your posts shows to them and you alone. They are not told."),
    )
    return people_page(request, page, about)


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
