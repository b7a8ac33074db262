"""Requests to follow: those that wait for an answer, and those one has sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_user_for
from accounts.cards import people_cards
from accounts.selectors import follow_requests_page, sent_requests_page
from accounts.services import follows, requests
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.listing import PeopleList, people_page
from core.paging import DEFAULT_LIMIT
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other

ASKING_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def asking(request: SignedInRequest) -> HttpResponse:
    """All who ask; POST answers several at once."""
    if request.method == "POST":
        return _answer_several(request)
    page = follow_requests_page(request.user, cursor=request.GET.get("cursor", ""), limit=ASKING_PAGE)
    context = {"people": people_cards(page.items, request.user), "next_url": next_page_url(request, page.next_cursor)}
    return render(request, "accounts/requests.html", context)


@require_POST
@signed_in
def answer_request(request: SignedInRequest, username: str) -> HttpResponse:
    person = get_user_for(request.user, username)
    if request.POST.get("accept") == "1":
        follows.accept_follow_request(request.user, person)
        messages.success(request, _("%(name)s follows you now.") % {"name": person.name})
    else:
        follows.refuse_follow_request(request.user, person)
    return see_other(safe_next(request, reverse("notifications:activity")))


@require_safe
@signed_in
def sent(request: SignedInRequest) -> HttpResponse:
    page = sent_requests_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    return people_page(
        request, page, PeopleList(_("Requests you have sent"), _("You are waiting for nobody's answer."))
    )


def _answer_several(request: SignedInRequest) -> HttpResponse:
    """Accept or refuse those ticked, or all that were on the page (`shown`)."""
    do = request.POST.get("do", "")
    names = request.POST.getlist("shown" if do.endswith("-all") else "usernames")
    accepts = do.startswith("accept")
    answer = requests.accept_follow_requests if accepts else requests.refuse_follow_requests
    done = len(answer(request.user, names))
    if accepts and done:
        words = ngettext("%(n)d person follows you now.", "%(n)d people follow you now.", done)
    elif done:
        words = ngettext("%(n)d request is refused.", "%(n)d requests are refused.", done)
    else:
        words = _("Nobody was chosen.")
    messages.success(request, words % {"n": done})
    return see_other(safe_next(request, reverse("notifications:activity")))
