"""Uploads and originals under /rest/v1/media."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.answers import User
from accounts.api.requests import PersonRequest
from accounts.representations import represent_user
from core.api.calls import IDEMPOTENCY_KEY, Bytes, Call, Parameter
from core.api.idempotency import answer_once
from core.api.parsers import StrictJSONParser
from core.api.views import ApiView
from core.exceptions import InvalidInput
from core.storage import read_chunks
from core.web.media import file_answer
from core.web.uploads import too_large_files
from photos.access import get_original_for, get_own_media
from photos.api.answers import Media, Receipt
from photos.api.representations import represent_own_media, represent_receipt
from photos.api.serializers import FileInput, MediaChangeInput, PictureInput
from photos.originals import original_file
from photos.services.avatars import change_avatar, change_header, remove_header
from photos.services.checking import too_large
from photos.services.posts import describe_media
from photos.services.recipes import set_recipe
from photos.services.trash import delete_media
from photos.services.uploads import accept_upload

CONTENT_DIGEST = Parameter(
    "Content-Digest",
    "The SHA-256 of the file (RFC 9530): what arrives is compared.",
    where="header",
    example="sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
)


class MediaListView(ApiView):
    """POST /media: keep one file."""

    parser_classes = (MultiPartParser,)
    calls = {
        "post": Call(
            name="sendMedia",
            summary="Keep a picture or a video; 200 for bytes you have sent before",
            takes=FileInput,
            answer=Media,
            status=201,
            also=(200,),
            parameters=(CONTENT_DIGEST, IDEMPOTENCY_KEY),
            problems=(409,),
        )
    }

    def post(self, request: PersonRequest) -> Response:
        file = sent_file(request)
        alt_text = str(request._request.POST.get("alt_text", ""))

        def accept() -> Response:
            digest = request.headers.get("Content-Digest", "")
            media, is_new = accept_upload(request.user, file, size=file.size or 0, alt_text=alt_text, digest=digest)
            own = get_own_media(request.user, media.pk)
            return Response(represent_own_media(own, own.post), status=201 if is_new else 200)

        body = {"alt_text": alt_text, "sha256": _fingerprint(request, file)}
        return answer_once(request, request.user.pk, body, accept, in_transaction=False)


def sent_file(request: Request) -> "UploadedFile[Any]":
    """The part `file` of a multipart body. UploadTooLarge or InvalidInput when it is too large or not there."""
    file: UploadedFile[Any] | None = request.FILES.get("file")
    if too_large_files(request._request):
        raise too_large(settings.UPLOAD_MAX_BYTES)
    if file is None:
        raise InvalidInput.field("file", "Send the picture as the multipart field `file`.", code="required")
    return file


def _fingerprint(request: Request, file: "UploadedFile[Any]") -> str:
    """SHA-256 of the file, read only when an Idempotency-Key has to be compared."""
    if "Idempotency-Key" not in request.headers:
        return ""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in read_chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


class MediaView(ApiView):
    """GET, PATCH and DELETE /media/{id}: the owner's view of one media."""

    parser_classes = (StrictJSONParser,)
    calls = {
        "get": Call(name="getMedia", summary="One of your media", answer=Media),
        "patch": Call(
            name="editMedia", summary="Describe or develop it", takes=MediaChangeInput, may_be_empty=True, answer=Media
        ),
        "delete": Call(name="deleteMedia", summary="Delete it while it is in no post", problems=(409,)),
    }

    def get(self, request: PersonRequest, media_id: int) -> Response:
        media = get_own_media(request.user, media_id)
        return Response(represent_own_media(media, media.post))

    def patch(self, request: PersonRequest, media_id: int) -> Response:
        media = get_own_media(request.user, media_id)
        sent = MediaChangeInput(data=request.data)
        sent.is_valid(raise_exception=True)
        focus = sent.validated_data.get("focus")
        with transaction.atomic():
            describe_media(
                request.user,
                media,
                alt_text=sent.validated_data.get("alt_text"),
                focus=(focus["x"], focus["y"]) if focus else None,
            )
            if "recipe" in sent.validated_data:
                set_recipe(request.user, media, sent.validated_data["recipe"])
        media = get_own_media(request.user, media_id)
        return Response(represent_own_media(media, media.post))

    def delete(self, request: PersonRequest, media_id: int) -> Response:
        delete_media(request.user, get_own_media(request.user, media_id))
        return Response(status=204)


class OriginalView(ApiView):
    """GET /media/{id}/original: the exact bytes, with ranges."""

    public = True
    calls = {"get": Call(name="downloadOriginal", summary="The exact bytes", answer=Bytes(("image/*", "video/*")))}

    def get(self, request: Request, media_id: int) -> HttpResponseBase:
        return file_answer(request._request, original_file(get_original_for(request.user, media_id)))


class ReceiptView(ApiView):
    calls = {"get": Call(name="getReceipt", summary="What is vouched for", answer=Receipt)}

    def get(self, request: PersonRequest, media_id: int) -> Response:
        return Response(represent_receipt(get_own_media(request.user, media_id)))


class HeaderView(ApiView):
    """PUT and DELETE /me/header: the picture on top of the profile, with the words for it in `alt_text`."""

    parser_classes = (MultiPartParser,)
    calls = {
        "put": Call(
            name="setHeader", summary="The picture on top of your profile", takes=FileInput, answer=User, tag="Me"
        ),
        "delete": Call(name="removeHeader", summary="No picture on top of your profile", tag="Me"),
    }

    def put(self, request: PersonRequest) -> Response:
        file = sent_file(request)
        change_header(request.user, file, size=file.size or 0, alt_text=str(request._request.POST.get("alt_text", "")))
        request.user.refresh_from_db()
        return Response(represent_user(request.user, request.user))

    def delete(self, request: PersonRequest) -> Response:
        remove_header(request.user)
        return Response(status=204)


class AvatarView(ApiView):
    """PUT /me/avatar: the profile picture, shown as soon as it is developed."""

    parser_classes = (MultiPartParser,)
    calls = {"put": Call(name="setAvatar", summary="Your profile picture", takes=PictureInput, answer=User, tag="Me")}

    def put(self, request: PersonRequest) -> Response:
        file = sent_file(request)
        change_avatar(request.user, file, size=file.size or 0)
        request.user.refresh_from_db()
        return Response(represent_user(request.user, request.user))
