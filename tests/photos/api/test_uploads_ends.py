"""Uploads that are refused, finished, deleted or forgotten, and who may do what with them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from photos.models import Media, Upload, UploadPart
from tests.conftest import AsApp
from tests.images import jpeg
from tests.resumable import UPLOADS, Tus, copied, path_of, problem, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def tus(alma: User, as_app: AsApp) -> Tus:
    return Tus(as_app(alma))


@pytest.fixture
def data() -> bytes:
    return jpeg(400, 300)


def test_file_of_a_kind_not_taken_is_refused_with_its_first_bytes(tus: Tus, media_folders: Path) -> None:
    path = tus.begin(1_000_000)

    answer = tus.patch(path, 0, b"%PDF-1.7\n".ljust(5000))

    shown = tus.client.get(path).json()
    assert problem(answer) == (415, "unsupported_type")
    assert (shown["state"], shown["offset"]) == ("refused", 0)
    assert [path for path in media_folders.rglob("*") if path.is_file()] == []


def test_refused_file_answers_its_reason_again_and_leaves_no_bytes(tus: Tus, settled: Any, media_folders: Path) -> None:
    path = tus.begin(12)

    with settled():
        first = tus.patch(path, 0, b"<svg></svg>\n")

    assert problem(first) == (415, "unsupported_type")
    assert problem(tus.patch(path, 12, b"")) == (415, "unsupported_type")
    assert (tus.head(path).status_code, "Upload-Offset" in tus.head(path)) == (415, False)
    shown = tus.client.get(path).json()
    assert (shown["state"], shown["failure"]["code"], shown["media"]) == ("refused", "unsupported_type", None)
    assert shown["failure"]["detail"].startswith("This is an SVG drawing")
    assert [path for path in media_folders.rglob("*") if path.is_file()] == []


def test_finished_upload_can_still_be_asked_after(tus: Tus, data: bytes) -> None:
    path = path_of(tus.create(len(data), data))
    media = str(Media.objects.get().pk)

    head, empty, more, behind = (
        tus.head(path),
        tus.patch(path, len(data), b""),
        tus.patch(path, len(data), b"more"),
        tus.patch(path, 0, data),
    )

    assert (*where(head), head["Upload-Media-Id"]) == (200, str(len(data)), media)
    assert (*where(empty), empty["Upload-Media-Id"]) == (204, str(len(data)), media)
    assert (problem(more), problem(behind)) == ((413, "too_large"), (409, "offset"))
    assert tus.client.get(path).json()["media"]["id"] == media


def test_upload_of_a_media_that_was_deleted_says_so(tus: Tus, data: bytes) -> None:
    path = path_of(tus.create(len(data), data))
    tus.client.delete(f"/rest/v1/media/{Media.objects.get().pk}")

    shown = tus.client.get(path).json()

    assert (shown["state"], shown["media"]) == ("finished", None)


def test_terminated_upload_is_gone_with_its_bytes(tus: Tus, settled: Any, media_folders: Path) -> None:
    path = tus.begin(10)
    tus.patch(path, 0, b"abc")

    with settled():
        answer = tus.delete(path)

    assert answer.status_code == 204
    assert (tus.head(path).status_code, tus.patch(path, 3, b"def").status_code, tus.delete(path).status_code) == (
        404,
        404,
        404,
    )
    assert [path for path in media_folders.rglob("*") if path.is_file()] == []


def test_upload_past_its_time_is_gone(tus: Tus) -> None:
    path = tus.begin(10)
    Upload.objects.update(expires_at=timezone.now())

    assert problem(tus.patch(path, 0, b"abc")) == (410, "expired")
    assert tus.head(path).status_code == 410
    assert problem(tus.client.get(path)) == (410, "expired")


def test_each_piece_gives_the_upload_another_day(tus: Tus) -> None:
    path = tus.begin(10)
    Upload.objects.update(expires_at=timezone.now() + timedelta(minutes=1))

    tus.patch(path, 0, b"abc")

    assert Upload.objects.get().expires_at > timezone.now() + timedelta(hours=23)


def test_upload_of_somebody_else_is_as_if_there_were_none(tus: Tus, boris: User, as_app: AsApp) -> None:
    path, missing = tus.begin(10), f"{UPLOADS}/123456789"
    stranger = Tus(as_app(boris))

    answers = [
        (stranger.head(each), stranger.patch(each, 0, b"abc"), stranger.delete(each), stranger.client.get(each))
        for each in (path, missing)
    ]

    assert [[answer.status_code for answer in each] for each in answers] == [[404] * 4] * 2
    (_, foreign, *_), (_, none, *_) = answers
    assert {**foreign.json(), "request_id": ""} == {**none.json(), "request_id": ""}
    assert where(tus.head(path)) == (200, "0")


def test_address_that_is_no_upload_is_missing_in_the_words_of_the_protocol(tus: Tus) -> None:
    assert problem(tus.client.get(f"{UPLOADS}/nothing")) == (404, "not_found")


def test_nobody_uploads_without_being_known(client: Client) -> None:
    assert problem(Tus(client).create(10))[0] == 401


def test_token_that_may_only_read_makes_no_upload(alma: User, as_app: AsApp) -> None:
    assert problem(Tus(as_app(alma, "read")).create(10)) == (403, "scope_missing")


def test_browser_uploads_with_its_session_and_csrf_token(alma: User, data: bytes) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma)
    browser.get("/")
    tus = Tus(browser, more={"X-CSRFToken": browser.cookies["csrf"].value})

    created = tus.create(len(data), data[:10])
    ended = tus.patch(path_of(created), 10, data[10:])

    assert (where(created), where(ended)) == ((201, "10"), (204, str(len(data))))


def test_browser_without_csrf_token_is_refused(alma: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma)

    assert problem(Tus(browser).create(10)) == (403, "permission_denied")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(("method", "status", "left"), [("PATCH", 204, [3]), ("DELETE", 204, []), ("HEAD", 200, [0])])
def test_post_that_stands_for_another_method_does_what_that_does(
    tus: Tus, method: str, status: int, left: list[int]
) -> None:
    path = tus.begin(10)
    headers = {"Upload-Offset": "0", "X-HTTP-Method-Override": method}

    answer = tus._send("post", path, b"abc" if method == "PATCH" else b"", headers)

    assert answer.status_code == status
    assert list(Upload.objects.values_list("offset", flat=True)) == left


def test_body_of_unknown_length_is_refused(tus: Tus) -> None:
    path = tus.begin(10)

    answer = tus.client.patch(path, headers={"Transfer-Encoding": "chunked", "Content-Length": ""})

    assert problem(answer) == (411, "length_required")


def test_body_larger_than_any_file_is_refused_before_it_is_read(tus: Tus) -> None:
    answer = tus.client.patch(tus.begin(10), headers={"Content-Length": str(600 * 1024**2)})

    assert problem(answer) == (413, "too_large")


def test_parts_lie_in_the_storage_of_uploads_under_names_that_say_nothing(tus: Tus) -> None:
    path = tus.begin(10)

    tus.patch(path, 0, b"abc")
    tus.patch(path, 3, b"def")

    parts = UploadPart.objects.order_by("offset")
    assert [(part.offset, part.bytes) for part in parts] == [(0, 3), (3, 3)]
    assert [copied("uploads", part.key) for part in parts] == [b"abc", b"def"]
