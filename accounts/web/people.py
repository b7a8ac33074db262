"""Following, requests, lists of people, blocking."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_known_user_for, get_user_for
from accounts.cards import people_cards
from accounts.models import User
from accounts.selectors import follow_requests_page, followers_page, following_page
from accounts.services import blocks, follows
from accounts.web.decorators import SignedInRequest, signed_in
from core.paging import DEFAULT_LIMIT, Page
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other


@require_safe
def followers(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    page = followers_page(request.user, person, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    title = _("Followers of %(name)s") % {"name": person.name}
    empty = _("Nobody yet.")
    return people_page(request, page, title=title, empty_text=empty, removable=request.user.pk == person.pk)


@require_safe
def following(request: HttpRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    page = following_page(request.user, person, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    title = _("%(name)s follows") % {"name": person.name}
    return people_page(request, page, title=title, empty_text=_("Nobody yet."))


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
    follows.remove_follower(request.user, get_user_for(request.user, username))
    return see_other(safe_next(request, reverse("accounts:followers", args=[request.user.username])))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def block(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_known_user_for(request.user, username)
    if request.method != "POST":
        return render(request, "accounts/block.html", {"person": people_cards([person], request.user)[0]})
    if request.POST.get("on", "1") == "1":
        blocks.block_user(request.user, person)
        messages.success(request, _("%(name)s is blocked.") % {"name": person.name})
    else:
        blocks.unblock_user(request.user, person)
        messages.success(request, _("%(name)s is no longer blocked.") % {"name": person.name})
    return see_other(safe_next(request, reverse("feeds:profile", args=[person.username])))


@require_safe
@signed_in
def profile_menu(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    return render(request, "accounts/profile_menu.html", {"person": people_cards([person], request.user)[0]})


@require_safe
@signed_in
def activity(request: SignedInRequest) -> HttpResponse:
    page = follow_requests_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    context = {"people": people_cards(page.items, request.user), "next_url": next_page_url(request, page.next_cursor)}
    return render(request, "accounts/activity.html", context)


@require_POST
@signed_in
def answer_request(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    if request.POST.get("accept") == "1":
        follows.accept_follow_request(request.user, person)
        messages.success(request, _("%(name)s follows you now.") % {"name": person.name})
    else:
        follows.refuse_follow_request(request.user, person)
    return see_other(reverse("accounts:activity"))


def people_page(
    request: HttpRequest, page: Page[User], *, title: str, empty_text: str, removable: bool = False
) -> HttpResponse:
    """A list of people, whole or, for htmx, its next part."""
    context = {
        "title": title,
        "people": people_cards(page.items, request.user),
        "next_url": next_page_url(request, page.next_cursor),
        "empty_text": empty_text,
        "removable": removable,
    }
    return render(request, "accounts/_people_page.html" if wants_fragment(request) else "accounts/people.html", context)
