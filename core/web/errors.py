"""Errors as pages, or as problem+json where the REST API was asked. None of them needs the database or a session."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from core.api.errors import problem_answer, translate
from core.exceptions import AppError, Malformed, NotAllowed, NotFound, NotSignedIn
from core.logs import request_id
from core.web.context import chosen_theme
from core.web.htmx import wants_fragment
from core.web.programs import is_for_programs


def answer_error(request: HttpRequest, error: AppError) -> HttpResponse:
    """`error` as the asker can read it."""
    if is_for_programs(request.path):
        return problem_answer(error)
    return error_page(request, error)


def error_page(request: HttpRequest, error: AppError) -> HttpResponse:
    """`error` as a page; somebody who only has to log in is sent there and comes back."""
    if isinstance(error, NotSignedIn):
        return _ask_to_log_in(request)
    html = render_to_string(
        "errors/error.html",
        {
            "status": error.status,
            "title": _(error.title),
            "detail": error.detail if error.detail != error.title else "",
            "what_to_do": _what_to_do(error),
            "request_id": request_id.get(),
            "site_name": settings.SITE_NAME,
            "theme": chosen_theme(request),
        },
    )
    response = HttpResponse(html, status=error.status)
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """To the log-in page and back; a script that asked for a fragment is told to go there with the whole page."""
    target = request.get_full_path() if request.method == "GET" else "/"
    url = f"{reverse('accounts:login')}?{urlencode({'next': target})}"
    if wants_fragment(request):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _what_to_do(error: AppError) -> str:
    if error.status == 404:
        return _("The address may be mistyped, or what was here is gone or not shared with you.")
    if error.retry_after == 0:
        return ""
    if error.status in (429, 503):
        return _("Wait a little and try again. Nothing of yours is lost.")
    if error.status >= 500:
        return _("Try again. If it happens again, tell the people who run this site and give them the number below.")
    return "" if error.code in ("csrf_failed", "frozen") else _("Go back, change it and try again.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(request, translate(exception) or Malformed())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    if is_for_programs(request.path):
        return problem_answer(AppError("Something went wrong on our side. Please try again."))
    return HttpResponse(render_to_string("errors/500.html", {"request_id": request_id.get()}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = _("The form is out of date or came from another site. Go back, load the page again and send it once more.")
    return answer_error(request, NotAllowed(detail, code="csrf_failed"))
