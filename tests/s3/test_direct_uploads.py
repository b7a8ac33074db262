"""Presigned PUT into a real store: what the store refuses, and what finishing finds."""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from accounts.models import User
from core.s3_uploads import presign_put
from photos.models import Media, Upload
from tests.conftest import AsApp, Settled
from tests.images import jpeg
from tests.s3.buckets import Buckets

pytestmark = pytest.mark.django_db

DIRECT = "/rest/v1/uploads/direct"


@pytest.fixture
def data() -> bytes:
    return jpeg(400, 300)


def begin(app: Any, data: bytes, **more: Any) -> Any:
    body = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **more}
    return app.post(DIRECT, body, content_type="application/json")


def put(url: str, data: bytes, headers: Mapping[str, str]) -> int:
    """The status that the store answers."""
    request = urllib.request.Request(url, data=data, headers=dict(headers), method="PUT")  # noqa: S310  the store's own
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def finish(app: Any, upload_id: str) -> Any:
    return app.post(f"{DIRECT}/{upload_id}/finish")


def waiting(buckets: Buckets) -> list[str]:
    return [key for key in buckets.keys().get("main", []) if key.startswith("uploads/")]


def test_file_put_into_the_store_becomes_a_media(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets, settled: Settled
) -> None:
    app = as_app(alma)
    address = begin(app, data, alt_text="A kiln", content_type="image/png", filename="a.png")
    body = address.json()
    sent = put(body["url"], data, body["headers"])

    with settled():
        first = finish(app, body["id"])
    again = finish(app, body["id"])

    media = Media.objects.get()
    assert (address.status_code, set(body)) == (201, {"id", "method", "url", "headers", "expires_at"})
    assert (body["method"], sent, first.status_code, again.status_code) == ("PUT", 200, 201, 201)
    assert (first.json()["id"], first.json()["sha256"], first.json()["alt_text"]) == (
        str(media.pk),
        hashlib.sha256(data).hexdigest(),
        "A kiln",
    )
    assert again.json()["id"] == first.json()["id"]
    assert s3_storages.original(media.original_key) == [data, data]
    assert waiting(s3_storages) == []


@pytest.mark.parametrize("change", ["longer", "shorter", "other bytes", "other length header", "no checksum header"])
def test_store_refuses_what_was_not_announced(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets, change: str
) -> None:
    body = begin(as_app(alma), data).json()
    headers = dict(body["headers"])
    sent = {"longer": data + b"x", "shorter": data[:-1], "other bytes": data[:-1] + b"x"}.get(change, data)
    if change == "no checksum header":
        del headers["x-amz-checksum-sha256"]
    if change in ("longer", "shorter"):
        headers["Content-Length"] = str(len(sent))
    if change == "other length header":
        headers["Content-Length"] = str(len(data) - 1)

    assert put(body["url"], sent, headers) in (400, 403)
    assert waiting(s3_storages) == []


def test_address_is_for_its_key_and_its_method_alone(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets
) -> None:
    body = begin(as_app(alma), data).json()
    path = urlsplit(body["url"]).path
    other = body["url"].replace(path, path[:-1] + ("0" if path[-1] != "0" else "1"))
    request = urllib.request.Request(body["url"], headers=body["headers"], method="GET")  # noqa: S310  as above

    assert put(other, data, body["headers"]) == 403
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310
    with caught.value as answer:
        assert answer.code == 403
    assert waiting(s3_storages) == []


def test_address_past_its_time_is_refused(s3_storages: Buckets, data: bytes) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    old = presign_put("uploads", "ab/cd", size=len(data), sha256=sha256, seconds=-10)
    fresh = presign_put("uploads", "ab/cd", size=len(data), sha256=sha256, seconds=60)

    assert put(old.url, data, old.headers) in (400, 403)
    assert put(fresh.url, data, fresh.headers) == 200


def test_finish_before_anything_was_put_says_so_and_may_be_repeated(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets
) -> None:
    app = as_app(alma)
    body = begin(app, data).json()

    early = finish(app, body["id"])
    put(body["url"], data, body["headers"])

    assert (early.status_code, early.json()["code"]) == (409, "not_received")
    assert finish(app, body["id"]).status_code == 201


def test_other_bytes_under_the_key_are_refused_and_removed(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets, settled: Settled
) -> None:
    app = as_app(alma)
    body = begin(app, data).json()
    key = Upload.objects.get().key
    s3_storages.store.client.put_object(Bucket=s3_storages.main, Key=f"uploads/{key}", Body=data[:-1] + b"x")

    with settled():
        first = finish(app, body["id"])

    assert [(each.status_code, each.json()["code"]) for each in (first, finish(app, body["id"]))] == [
        (422, "digest")
    ] * 2
    assert (waiting(s3_storages), Media.objects.count()) == ([], 0)


def test_file_that_is_no_picture_is_refused_and_removed(
    alma: User, as_app: AsApp, s3_storages: Buckets, settled: Settled
) -> None:
    app, data = as_app(alma), b"<svg></svg>\n"
    body = begin(app, data).json()
    put(body["url"], data, body["headers"])

    with settled():
        answer = finish(app, body["id"])

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_type")
    assert waiting(s3_storages) == []


def test_address_used_again_after_the_end_changes_nothing(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets, settled: Settled
) -> None:
    app = as_app(alma)
    body = begin(app, data).json()
    put(body["url"], data, body["headers"])
    with settled():
        first = finish(app, body["id"]).json()

    put(body["url"], data, body["headers"])

    media = Media.objects.get()
    assert finish(app, body["id"]).json()["id"] == first["id"]
    assert s3_storages.original(media.original_key) == [data, data]


def test_direct_upload_of_somebody_else_cannot_be_finished(
    alma: User, boris: User, as_app: AsApp, data: bytes, s3_storages: Buckets
) -> None:
    body = begin(as_app(alma), data).json()
    put(body["url"], data, body["headers"])

    assert finish(as_app(boris), body["id"]).status_code == 404
    assert Upload.objects.get().state == "open"


def test_begin_again_with_the_same_idempotency_key_is_the_same_upload(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets
) -> None:
    app = as_app(alma)
    body = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    first, again = (
        app.post(DIRECT, body, content_type="application/json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    )

    assert first.json()["id"] == again.json()["id"]
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(("size", "expected"), [(0, (422, "empty")), (600 * 1024**2, (413, "too_large"))])
def test_begin_of_a_file_that_cannot_be_taken_is_refused(
    alma: User, as_app: AsApp, s3_storages: Buckets, size: int, expected: tuple[int, str]
) -> None:
    answer = begin(as_app(alma), b"", bytes=size)

    assert (answer.status_code, answer.json()["code"]) == expected


def test_begin_beyond_the_quota_is_refused(
    alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets, settings: Settings
) -> None:
    settings.QUOTA_BYTES = len(data) - 1

    assert begin(as_app(alma), data).json()["code"] == "quota_exceeded"


def test_address_says_until_when_it_is_good(alma: User, as_app: AsApp, data: bytes, s3_storages: Buckets) -> None:
    expires_at = datetime.fromisoformat(begin(as_app(alma), data).json()["expires_at"])

    assert 3500 < (expires_at - datetime.now(UTC)).total_seconds() <= 3600
