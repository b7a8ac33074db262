"""Archives of everything under /rest/v1/exports."""

from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.models import SecurityEvent
from accounts.services.security_log import note_event
from core.api.calls import IDEMPOTENCY_KEY, Bytes, Call
from core.api.idempotency import answer_once
from core.api.views import ApiView
from core.media_urls import absolute
from core.times import iso_utc
from exports.access import get_export_for, get_ready_export_for
from exports.api.answers import Export as ExportAnswer
from exports.models import Export
from exports.services.exports import ask_for_export, cancel_export
from exports.web.archive import archive_answer, is_beginning


class ExportsView(ApiView):
    """POST /exports: begin an archive; 409 while one is being made."""

    calls = {
        "post": Call(
            name="askForExport",
            summary="Begin an archive of everything",
            answer=ExportAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409, 415),
        )
    }

    def post(self, request: PersonRequest) -> Response:
        sent = request.data  # only to refuse what is no JSON

        def make() -> Response:
            export = ask_for_export(request.user, request=request._request)
            return Response(represent_export(export), status=201)

        return answer_once(request, request.user.pk, sent, make)


class ExportView(ApiView):
    """GET and DELETE /exports/{id}."""

    calls = {
        "get": Call(name="getExport", summary="How far an archive is", answer=ExportAnswer),
        "delete": Call(name="cancelExport", summary="Delete an archive"),
    }

    def get(self, request: PersonRequest, export_id: int) -> Response:
        return Response(represent_export(get_export_for(request.user, export_id)))

    def delete(self, request: PersonRequest, export_id: int) -> Response:
        cancel_export(get_export_for(request.user, export_id))
        return Response(status=204)


class ArchiveView(ApiView):
    """GET /exports/{id}/archive: the bytes, with ranges."""

    calls = {"get": Call(name="downloadExport", summary="The archive", answer=Bytes(("application/zip",)))}

    def get(self, request: PersonRequest, export_id: int) -> HttpResponseBase:
        export = get_ready_export_for(request.user, export_id)
        if is_beginning(request._request):
            note_event(export.owner, SecurityEvent.Kind.EXPORT_FETCHED, request=request._request)
        return archive_answer(request._request, export)

    def head(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)  # type: ignore[arg-type]  # the permission class let nobody else in


def represent_export(export: Export) -> dict[str, Any]:
    """`Export` in the contract; `download_url` is null until it is ready and once it is over."""
    ready = export.state_now == Export.State.READY
    return {
        "id": str(export.pk),
        "state": export.state_now,
        "progress": {"done": export.done, "total": export.total},
        "bytes": export.bytes if ready else None,
        "created_at": iso_utc(export.created_at),
        "expires_at": iso_utc(export.expires_at),
        "download_url": absolute(reverse("export-archive", args=[export.pk])) if ready else None,
    }
