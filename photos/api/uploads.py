"""Uploads in several requests, under /rest/v1/uploads: the tus protocol, and what became of a file."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import http_date
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Call
from core.api.idempotency import answer_once
from core.api.views import ApiView
from core.exceptions import (
    Conflict,
    PreconditionFailed,
    RateLimited,
    Unavailable,
    UnsupportedBody,
    UnsupportedFile,
    UploadTooLarge,
)
from core.times import iso_utc
from core.web.uploads import RESUMABLE, body_length, body_pieces, checked_pieces, discard_body
from photos.access import find_own_media, get_own_media, get_own_upload
from photos.api import tus
from photos.api.answers import Media, StoreAddress
from photos.api.answers import Upload as UploadAnswer
from photos.api.representations import represent_own_media
from photos.api.serializers import DirectUploadInput
from photos.models import Upload
from photos.services.checking import HEAD, check_head
from photos.services.direct import address_of, begin_direct, finish_direct
from photos.services.finishing import finish_upload, refusal, refuse, terminate_upload
from photos.services.resumable import create_upload, keep_pieces


class UnreadParser(BaseParser):
    """Bodies that the view reads itself."""

    media_type = tus.BODY_TYPE

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


class TusView(ApiView):
    """What every address of the protocol does: its version, its OPTIONS, other methods behind a POST."""

    parser_classes = (UnreadParser,)
    free_methods = ("OPTIONS", "GET")  # those that a client calls without knowing the protocol

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """For networks that let only GET and POST through; before anything is asked about the method."""
        if request.method == "POST" and (wanted := request.headers.get("X-HTTP-Method-Override")):
            request.method = wanted.upper()
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.public = request.method == "OPTIONS"
        super().initial(request, *args, **kwargs)
        is_known = request.method in self.allowed_methods  # any other is 405, whatever version it speaks
        if is_known and request.method not in self.free_methods:
            tus.check_version(request.headers)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == PreconditionFailed.status:
            response["Tus-Version"] = tus.VERSION
        if response.status_code >= 400:
            discard_body(request._request)
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        headers = {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        }
        return Response(status=204, headers=headers)


class UploadListView(TusView):
    """POST /uploads: begin an upload, with its first bytes or without."""

    calls = {
        "options": Call(name="getUploadAbilities", summary="What of tus is spoken here", headers=tus.ABILITIES),
        "post": Call(
            name="beginUpload",
            summary="Begin an upload",
            takes=tus.BODY,
            may_be_empty=True,
            answer=UploadAnswer,
            status=201,
            parameters=(tus.RESUMABLE, tus.LENGTH, tus.METADATA, tus.CHECKSUM, IDEMPOTENCY_KEY),
            headers={"Location": "The address of the upload.", **tus.STANDING},
            problems=tus.TROUBLE,
        ),
    }

    def post(self, request: PersonRequest) -> Response:
        size = tus.read_length(request.headers)
        described = tus.read_metadata(request.headers.get("Upload-Metadata", ""))
        if "Upload-Checksum" in request.headers:
            tus.read_checksum(request.headers["Upload-Checksum"])  # nonsense is said before any byte comes
        if body_length(request._request):
            _check_body(request, size)

        def create() -> Response:
            upload = create_upload(request.user, size=size, described=described)
            return Response({"id": str(upload.pk)}, status=201)

        asked = {"bytes": size, "metadata": described.metadata}
        made = answer_once(request, request.user.pk, asked, create)
        upload = get_own_upload(request.user, int(made.data["id"]), Upload.Way.TUS)
        if body_length(request._request) and upload.offset == 0:
            upload = _take(request, upload)
        address = f"{settings.ORIGIN}{RESUMABLE}/{upload.pk}"
        return Response(represent_upload(upload), status=201, headers={**_headers(upload), "Location": address})


class UploadView(TusView):
    """HEAD, PATCH, GET and DELETE /uploads/{id}. What has all its bytes and was broken off is ended by any of them."""

    calls = {
        "options": Call(name="getUploadAbilitiesHere", summary="What of tus is spoken here", headers=tus.ABILITIES),
        "head": Call(
            name="findUpload",
            summary="Where an upload goes on",
            status=200,
            parameters=(tus.RESUMABLE,),
            headers={**tus.STANDING, "Upload-Length": "Bytes of the whole file.", "Upload-Metadata": "As it was sent."},
            problems=tus.TROUBLE,
        ),
        "patch": Call(
            name="sendUploadBytes",
            summary="Go on with an upload",
            takes=tus.BODY,
            parameters=(tus.RESUMABLE, tus.OFFSET, tus.CHECKSUM),
            headers=tus.STANDING,
            problems=tus.TROUBLE,
        ),
        "get": Call(name="getUpload", summary="An upload and its media", answer=UploadAnswer, problems=(410,)),
        "delete": Call(name="endUpload", summary="Give an upload up", parameters=(tus.RESUMABLE,), problems=(410, 412)),
    }

    def head(self, request: PersonRequest, upload_id: int) -> Response:
        upload = _ended(finish_upload(get_own_upload(request.user, upload_id, Upload.Way.TUS)))
        headers = {**_headers(upload), "Upload-Length": str(upload.bytes), "Cache-Control": "no-store"}
        if upload.metadata:
            headers["Upload-Metadata"] = upload.metadata
        return Response(headers=headers)

    def patch(self, request: PersonRequest, upload_id: int) -> Response:
        upload = _ended(get_own_upload(request.user, upload_id, Upload.Way.TUS))
        if tus.read_offset(request.headers) != upload.offset:
            raise Conflict(f"This upload goes on at byte {upload.offset}.", code="offset")
        _check_body(request, upload.bytes - upload.offset)
        return Response(status=204, headers=_headers(_take(request, upload)))

    def get(self, request: PersonRequest, upload_id: int) -> Response:
        upload = get_own_upload(request.user, upload_id, Upload.Way.TUS)
        try:
            upload = finish_upload(upload)
        except (Unavailable, RateLimited, Conflict):
            upload.refresh_from_db()  # it stays open
        return Response(represent_upload(upload))

    def delete(self, request: PersonRequest, upload_id: int) -> Response:
        terminate_upload(get_own_upload(request.user, upload_id, Upload.Way.TUS))
        return Response(status=204)


class DirectView(ApiView):
    """POST /uploads/direct: an address in the object store, for exactly one file."""

    calls = {
        "post": Call(
            name="beginDirectUpload",
            summary="An address in the object store, for exactly one file",
            takes=DirectUploadInput,
            answer=StoreAddress,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
        )
    }

    def post(self, request: PersonRequest) -> Response:
        sent = DirectUploadInput(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data

        def begin() -> Response:
            upload = begin_direct(request.user, size=asked["bytes"], sha256=asked["sha256"], alt_text=asked["alt_text"])
            return Response({"id": str(upload.pk)}, status=201)

        made = answer_once(request, request.user.pk, dict(asked), begin)
        upload = get_own_upload(request.user, int(made.data["id"]), Upload.Way.DIRECT)
        return Response(_represent_address(upload), status=201)


class DirectFinishView(ApiView):
    """POST /uploads/direct/{id}/finish: the media, once what lies in the store was found right."""

    calls = {
        "post": Call(
            name="finishDirectUpload",
            summary="Keep what was sent to the store",
            answer=Media,
            status=201,
            problems=(409, 410, 413, 415, 422),
        )
    }

    def post(self, request: PersonRequest, upload_id: int) -> Response:
        upload = _ended(finish_direct(get_own_upload(request.user, upload_id, Upload.Way.DIRECT)))
        media = get_own_media(request.user, upload.media_id or 0)
        return Response(represent_own_media(media, media.post), status=201)


def _represent_address(upload: Upload) -> dict[str, Any]:
    put, expires_at = address_of(upload)
    return {
        "id": str(upload.pk),
        "method": "PUT",
        "url": put.url,
        "headers": put.headers,
        "expires_at": iso_utc(expires_at),
    }


def represent_upload(upload: Upload) -> dict[str, Any]:
    """What its owner may know of an upload and of the media that it became."""
    media = find_own_media(upload.owner, upload.media_id)
    refused = upload.state == Upload.State.REFUSED
    return {
        "id": str(upload.pk),
        "bytes": upload.bytes,
        "offset": upload.offset,
        "state": upload.state,
        "media": represent_own_media(media, media.post) if media else None,
        "failure": {"code": upload.refusal_code, "detail": upload.refusal_detail} if refused else None,
        "expires_at": iso_utc(upload.expires_at),
        "created_at": iso_utc(upload.created_at),
    }


def _check_body(request: Request, left: int) -> None:
    """UnsupportedBody or UploadTooLarge when it is not bytes of an upload of which `left` are still to come."""
    if (request.content_type or "").partition(";")[0].strip().lower() != tus.BODY_TYPE:
        raise UnsupportedBody(f"Send the bytes as Content-Type: {tus.BODY_TYPE}.")
    if body_length(request._request) > left:
        raise UploadTooLarge(f"Only {left} bytes of this upload are still to come.")


def _take(request: Request, upload: Upload) -> Upload:
    """Keep the body of this request, and end the upload when that was all of it."""
    return _ended(finish_upload(keep_pieces(upload, _expected(upload, _pieces(request)))))


def _expected(upload: Upload, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """`pieces`, unless the first bytes of the file show that we do not take it: then nobody has to send the rest."""
    for piece in pieces:
        if upload.offset == 0 and len(piece) >= min(HEAD, upload.bytes):
            try:
                check_head(piece[:HEAD], upload.bytes)
            except (UnsupportedFile, UploadTooLarge) as error:
                refuse(upload, error)
                raise
        yield piece


def _pieces(request: Request) -> Iterator[bytes]:
    checksum = request.headers.get("Upload-Checksum")
    if checksum is None:
        return body_pieces(request._request)
    return checked_pieces(request._request, *tus.read_checksum(checksum))


def _ended(upload: Upload) -> Upload:
    """The upload, unless it was refused: then what is wrong with its file is the answer."""
    if upload.state == Upload.State.REFUSED:
        raise refusal(upload)
    return upload


def _headers(upload: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(upload.offset)}
    if upload.state == Upload.State.OPEN:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    if upload.media_id is not None:
        headers["Upload-Media-Id"] = str(upload.media_id)
    return headers
