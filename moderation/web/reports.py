"""Reporting a post, a comment or a person; and what came of it."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_user_for
from accounts.models import User
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import InvalidInput
from core.paging import DEFAULT_LIMIT
from core.web.forms import add_errors
from core.web.paging import next_page_url
from core.web.redirects import see_other
from moderation.models import Report
from moderation.selectors import open_report_of, outcome_of, reports_page
from moderation.services.reports import report_comment, report_person, report_post
from moderation.subjects import Subject, of_comment, of_person, of_post
from moderation.web.forms import ReportForm
from photos.access import get_comment_for, get_published_post_for
from photos.comment_cards import comment_url

Send = Callable[..., Report]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def post(request: SignedInRequest, post_id: int) -> HttpResponse:
    subject = of_post(get_published_post_for(request.user, post_id))
    return _report(request, subject, partial(report_post, request.user, post_id), _("Report this post"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def comment(request: SignedInRequest, comment_id: int) -> HttpResponse:
    subject = of_comment(get_comment_for(request.user, comment_id))
    return _report(request, subject, partial(report_comment, request.user, comment_id), _("Report this comment"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def person(request: SignedInRequest, username: str) -> HttpResponse:
    found = get_user_for(request.user, username)
    words = _("Report %(name)s") % {"name": found.name}
    return _report(request, of_person(found), partial(report_person, request.user, username), words)


@require_safe
@signed_in
def listed(request: SignedInRequest) -> HttpResponse:
    """What one has reported, and what came of it."""
    page = reports_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    reports = [(each, outcome_of(each)) for each in page.items]
    context = {"reports": reports, "next_url": next_page_url(request, page.next_cursor)}
    return render(request, "moderation/reports.html", context)


def _report(request: SignedInRequest, subject: Subject, send: Send, heading: str) -> HttpResponse:
    """The form; once it is sent, and as long as staff have not decided, thanks and what else one can do."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            send(**form.cleaned_data)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Reported. Thank you."))
            return see_other(request.path)
    about: User | None = subject.person
    context = {
        "form": form,
        "heading": heading,
        "person": about,
        "is_own": about is not None and about.pk == request.user.pk,
        "back": _address_of(subject),
        "report": None if form.is_bound else open_report_of(request.user, subject),
    }
    return render(request, "moderation/report.html", context, status=422 if form.errors else 200)


def _address_of(subject: Subject) -> str:
    if subject.post is not None:
        return reverse("photos:post-detail", args=[subject.post.pk])
    if subject.comment is not None:
        return comment_url(subject.comment)
    return reverse("feeds:profile", args=[subject.person.username if subject.person else ""])
