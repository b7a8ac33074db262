"""Albums as archives under /rest/v1/albums/{id}/archive."""

from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Bytes, Call
from core.api.idempotency import answer_once
from core.api.views import ApiView
from core.exceptions import NotFound
from core.media_urls import absolute
from core.web.client_address import client_address
from exports.api.answers import Export as ExportAnswer
from exports.api.views import represent_export
from exports.models import Export
from exports.services.albums import AlbumArchive, album_archive, ask_for_album
from exports.web.archive import archive_answer


class AlbumArchiveView(ApiView):
    """POST begins an archive of what the caller may download, unless there is one; GET says how far it is."""

    public = True
    calls = {
        "get": Call(
            name="getAlbumArchive", summary="How far the archive of an album is", answer=ExportAnswer, tag="Albums"
        ),
        "post": Call(
            name="askForAlbumArchive",
            summary="Begin an archive of its originals",
            answer=ExportAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409, 415),
            tag="Albums",
        ),
    }

    def get(self, request: Request, album_id: int) -> Response:
        return Response(_represent(album_archive(request.user, album_id)))

    def post(self, request: PersonRequest, album_id: int) -> Response:
        sent = request.data  # only to refuse what is no JSON

        def make() -> Response:
            found = ask_for_album(request.user, album_id, address=client_address(request._request))
            return Response(_represent(found), status=201)

        return answer_once(request, request.user.pk, sent, make)


class AlbumFileView(ApiView):
    """GET /albums/{id}/archive.zip: the bytes, with ranges."""

    public = True
    calls = {
        "get": Call(
            name="downloadAlbum", summary="The archive of an album", answer=Bytes(("application/zip",)), tag="Albums"
        )
    }

    def get(self, request: Request, album_id: int) -> HttpResponseBase:
        found = album_archive(request.user, album_id)
        if found.export is None or not found.is_ready:
            raise NotFound
        return archive_answer(request._request, found.export)

    def head(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.get(request, *args, **kwargs)


def _represent(found: AlbumArchive) -> dict[str, Any]:
    """`Export`; NotFound while nobody has asked for it, or once its time is over."""
    if found.export is None or found.export.state_now == Export.State.EXPIRED:
        raise NotFound
    url = absolute(reverse("album-archive", args=[found.album.pk]))
    return {**represent_export(found.export), "download_url": url if found.is_ready else None}
