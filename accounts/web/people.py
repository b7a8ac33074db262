"""Following, lists of people, blocking."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_known_user_for, get_user_for
from accounts.cards import people_cards
from accounts.selectors import followers_page, following_page, is_restricting
from accounts.services import follows
from accounts.services.suggestions import dismiss_suggestion
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.listing import PeopleList, RowAction, asked_part, people_page
from accounts.web.switches import BLOCK, press
from core.paging import DEFAULT_LIMIT
from core.web.htmx import wants_fragment
from core.web.redirects import safe_next, see_other


@require_safe
def followers(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    page = followers_page(request.user, person.username, limit=DEFAULT_LIMIT, **asked_part(request))
    title = _("Followers of %(name)s") % {"name": person.name}
    remove = RowAction("accounts:follower-remove", "1", _("Remove")) if request.user.pk == person.pk else None
    about = PeopleList(title, _("Nobody yet."), search=_("Search the followers"), action=remove)
    return people_page(request, page, about)


@require_safe
def following(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    page = following_page(request.user, person.username, limit=DEFAULT_LIMIT, **asked_part(request))
    title = _("%(name)s follows") % {"name": person.name}
    return people_page(request, page, PeopleList(title, _("Nobody yet."), search=_("Search this list")))


@require_POST
@signed_in
def follow(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    if request.POST.get("on", "1") == "1":
        follows.follow_user(request.user, person)
    else:
        follows.unfollow_user(request.user, person)
    if wants_fragment(request):
        return render(request, "accounts/_follow_button.html", {"person": people_cards([person], request.user)[0]})
    return see_other(safe_next(request, reverse("feeds:profile", args=[person.username])))


@require_POST
@signed_in
def follower_remove(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    follows.remove_follower(request.user, person)
    messages.success(request, _("%(name)s does not follow you any more.") % {"name": person.name})
    return see_other(safe_next(request, reverse("accounts:followers", args=[request.user.username])))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def block(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_known_user_for(request.user, username)
    if request.method == "POST":
        return press(request, person, BLOCK, reverse("feeds:profile", args=[person.username]))
    return render(request, "accounts/block.html", {"person": people_cards([person], request.user)[0]})


@require_safe
@signed_in
def profile_menu(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    context = {
        "person": people_cards([person], request.user)[0],
        "restricting": is_restricting(request.user, person),
    }
    return render(request, "accounts/profile_menu.html", context)


@require_POST
@signed_in
def dismiss(request: SignedInRequest, username: str) -> HttpResponse:
    """Not to be suggested any more; htmx takes the row away."""
    dismiss_suggestion(request.user, get_user_for(request.user, username))
    if wants_fragment(request):
        return HttpResponse("")
    return see_other(safe_next(request, reverse("feeds:home")))
