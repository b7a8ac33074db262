from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.models import User
from photos.models import Media
from tests.conftest import AsApp, Settled
from tests.images import jpeg
from tests.photos.api.test_media import problem


def put(app: Client, face: str, data: bytes, **words: str) -> Any:
    fields = {"file": SimpleUploadedFile("a", data), **words}
    body = encode_multipart(BOUNDARY, fields)
    return app.put(f"/rest/v1/me/{face}", body, content_type=MULTIPART_CONTENT)


def test_avatar_put_answers_the_person_and_shows_it_when_made(alma: User, as_app: AsApp, settled: Settled) -> None:
    app = as_app(alma)

    with settled():
        answer = put(app, "avatar", jpeg())

    alma.refresh_from_db()
    assert (answer.status_code, answer.json()["username"], answer.json()["avatar"]) == (200, "alma", None)
    shown = app.get("/rest/v1/me").json()["avatar"]
    assert (shown["width"], shown["height"], alma.avatar_key in shown["url"]) == (320, 320, True)


@pytest.mark.parametrize("face", ["avatar", "header"])
@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg()[:-20]], ids=["empty", "pdf", "truncated"])
def test_put_of_something_broken_changes_nothing(alma: User, as_app: AsApp, data: bytes, face: str) -> None:
    answer = put(as_app(alma), face, data)

    alma.refresh_from_db()
    assert (problem(answer)[0] in (415, 422), alma.shown_keys, Media.objects.count()) == (True, [], 0)


def test_header_put_and_delete_show_it_to_everybody_and_take_it_down(
    alma: User, boris: User, as_app: AsApp, settled: Settled
) -> None:
    app, other = as_app(alma), as_app(boris)

    with settled():
        sent = put(app, "header", jpeg(), alt_text="Dunes")
    shown = other.get("/rest/v1/users/alma").json()["header"]
    gone = app.delete("/rest/v1/me/header")

    alma.refresh_from_db()
    assert (sent.status_code, sent.json()["header"], gone.status_code) == (200, None, 204)
    assert {**shown, "url": ""} == {"url": "", "width": 64, "height": 48, "alt_text": "Dunes"}
    assert shown["url"].startswith("http://")
    assert (alma.header, other.get("/rest/v1/users/alma").json()["header"]) == (None, None)


def test_header_put_without_the_scope_to_write_is_403(alma: User, as_app: AsApp) -> None:
    answer = put(as_app(alma, "read"), "header", jpeg())

    assert (answer.status_code, Media.objects.count()) == (403, 0)
