"""What staff have decided about a person, as that person reads it, and the one appeal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import Conflict, InvalidInput
from core.paging import DEFAULT_LIMIT
from core.web.forms import add_errors
from core.web.paging import next_page_url
from core.web.redirects import see_other
from moderation.access import get_notice_for
from moderation.models import Appeal, Decision
from moderation.selectors import notices_page
from moderation.services import appeals
from moderation.services.telling import noticed, words_of
from moderation.web.forms import AppealForm
from photos.models import Post


@require_safe
@signed_in
def notice(request: SignedInRequest, decision_id: int) -> HttpResponse:
    return _page(request, get_notice_for(request.user, decision_id), AppealForm())


@require_POST
@signed_in
def appeal(request: SignedInRequest, decision_id: int) -> HttpResponse:
    decision = get_notice_for(request.user, decision_id)
    return _appeal(request, decision, reverse("moderation:notice", args=[decision_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest, ticket: str) -> HttpResponse:
    """The same for who comes from the mail, and perhaps cannot log in."""
    decision = noticed(ticket)
    if request.method == "POST":
        response = _appeal(request, decision, request.path)
    else:
        response = _page(request, decision, AppealForm())
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@signed_in
def listed(request: SignedInRequest) -> HttpResponse:
    page = notices_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    notices = [(each, words_of(each)) for each in page.items]
    context = {"notices": notices, "next_url": next_page_url(request, page.next_cursor)}
    return render(request, "moderation/notices.html", context)


def _appeal(request: HttpRequest, decision: Decision, here: str) -> HttpResponse:
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            appeals.appeal(decision, form.cleaned_data["text"])
        except InvalidInput as error:
            add_errors(form, error)
        except Conflict as error:
            messages.error(request, error.detail)
            return see_other(here)
        else:
            messages.success(request, _("Sent. You will be told what comes of it."))
            return see_other(here)
    return _page(request, decision, form)


def _page(request: HttpRequest, decision: Decision, form: AppealForm) -> HttpResponse:
    said = Appeal.objects.filter(decision=decision).first()
    own = request.user.pk == decision.person_id
    post = decision.post
    context = {
        "decision": decision,
        "what": words_of(decision),
        "appeal": said,
        "form": None if said or not decision.can_undo else form,
        "here": reverse("moderation:appeal", args=[decision.pk]) if _by_log_in(request) else request.path,
        "post_url": reverse("photos:post-detail", args=[post.pk])
        if post and own and post.state == Post.State.PUBLISHED
        else "",
        "is_own": own,
    }
    return render(request, "moderation/notice.html", context, status=422 if form.errors else 200)


def _by_log_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name != "notice-open"
