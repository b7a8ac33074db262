from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SecurityEvent
from accounts.services.security_log import note_event
from accounts.web.decorators import SignedInRequest, recently_authenticated, signed_in
from core.exceptions import Conflict
from core.web.redirects import see_other
from exports.access import get_export_for, get_ready_export_for, latest_export_of
from exports.models import Export
from exports.services.exports import LIVE_HOURS, ask_for_export, cancel_export
from exports.web.archive import archive_answer, is_beginning


@require_safe
@signed_in
def data(request: SignedInRequest) -> HttpResponse:
    """What can be taken along, and how far the archive is; the page asks again by itself while one is made."""
    export = latest_export_of(request.user)
    working = export is not None and export.state == Export.State.WORKING
    response = render(request, "exports/data.html", {"export": export, "working": working, "hours": LIVE_HOURS})
    if working:
        response["Refresh"] = "5"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def begin(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            ask_for_export(request.user, request=request)  # type: ignore[arg-type]  # somebody is logged in
        except Conflict as running:
            messages.error(request, running.detail)
    return see_other(reverse("exports:data"))


@require_POST
@signed_in
def cancel(request: SignedInRequest, export_id: int) -> HttpResponse:
    cancel_export(get_export_for(request.user, export_id))
    messages.success(request, _("The archive is deleted."))
    return see_other(reverse("exports:data"))


@require_safe
@signed_in
def download(request: SignedInRequest, export_id: int) -> HttpResponseBase:
    """The password was asked for when the archive was ordered; a download that breaks off hours later goes on."""
    export = get_ready_export_for(request.user, export_id)
    if is_beginning(request):
        note_event(export.owner, SecurityEvent.Kind.EXPORT_FETCHED, request=request)
    return archive_answer(request, export)
