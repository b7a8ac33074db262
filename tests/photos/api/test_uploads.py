"""The tus protocol, as its clients see it."""

import hashlib
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import Settings

from accounts.models import User
from photos.models import Media, Upload
from photos.services.resumable import MAX_OPEN
from tests.conftest import AsApp
from tests.images import jpeg
from tests.resumable import BODY, UPLOADS, Tus, copied, metadata, path_of, problem, where

pytestmark = pytest.mark.django_db

EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"


@pytest.fixture
def tus(alma: User, as_app: AsApp) -> Tus:
    return Tus(as_app(alma))


@pytest.fixture
def data() -> bytes:
    return jpeg(400, 300)


@pytest.mark.parametrize("path", [UPLOADS, f"{UPLOADS}/", f"{UPLOADS}/123"])
def test_options_tell_strangers_what_is_spoken(client: Client, path: str) -> None:
    answer = client.options(path)

    assert answer.status_code == 204
    assert {name: value for name, value in answer.headers.items() if name.startswith("Tus-")} == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(500 * 1024**2),
        "Tus-Checksum-Algorithm": "sha256,sha1",
    }


def test_creation_answers_where_the_upload_is_and_until_when(tus: Tus) -> None:
    answer = tus.create(1000)

    upload = Upload.objects.get()
    assert (*where(answer), answer["Tus-Resumable"]) == (201, "0", "1.0.0")
    assert answer["Upload-Expires"] == http_date(upload.expires_at.timestamp())
    assert path_of(answer) == f"{UPLOADS}/{upload.pk}"
    assert answer.json() == {
        "id": str(upload.pk),
        "bytes": 1000,
        "offset": 0,
        "state": "open",
        "media": None,
        "failure": None,
        "expires_at": answer.json()["expires_at"],
        "created_at": answer.json()["created_at"],
    }


def test_file_in_pieces_becomes_a_media_with_its_description(alma: User, tus: Tus, data: bytes) -> None:
    answer = tus.send(data, Upload_Metadata=metadata(filename="a.jpg", alt_text=" A kiln "))

    media = Media.objects.get()
    assert (*where(answer), answer["Upload-Media-Id"]) == (204, str(len(data)), str(media.pk))
    assert "Upload-Expires" not in answer
    assert (media.owner, media.sha256, media.alt_text) == (alma, hashlib.sha256(data).hexdigest(), "A kiln")
    assert [copied(copy.storage, media.original_key) for copy in media.copies.all()] == [data] * 2


def test_file_that_comes_with_its_creation_is_ended_at_once(tus: Tus, data: bytes) -> None:
    answer = tus.create(len(data), data)

    assert (*where(answer), answer["Upload-Media-Id"]) == (201, str(len(data)), str(Media.objects.get().pk))
    assert (answer.json()["state"], answer.json()["media"]["bytes"]) == ("finished", len(data))


def test_first_bytes_that_come_with_the_creation_are_kept(tus: Tus, data: bytes) -> None:
    answer = tus.create(len(data), data[:100])

    assert where(answer) == (201, "100")
    assert where(tus.head(path_of(answer))) == (200, "100")
    assert where(tus.patch(path_of(answer), 100, data[100:])) == (204, str(len(data)))


def test_head_tells_how_far_the_upload_is_and_is_not_cached(tus: Tus, data: bytes) -> None:
    sent = metadata(filename="a.jpg", alt_text="")
    path = tus.begin(len(data), Upload_Metadata=sent)
    tus.patch(path, 0, data[:100])

    answer = tus.head(path)

    assert (*where(answer), answer["Upload-Length"], answer["Upload-Metadata"]) == (200, "100", str(len(data)), sent)
    assert (answer["Cache-Control"], answer.content) == ("no-store", b"")
    assert answer["Upload-Expires"] == http_date(Upload.objects.get().expires_at.timestamp())


def test_upload_without_metadata_has_none_in_its_head(tus: Tus) -> None:
    answer = tus.head(tus.begin(10, Upload_Metadata=""))

    assert "Upload-Metadata" not in answer


def test_address_with_a_slash_at_its_end_is_the_same(tus: Tus, data: bytes) -> None:
    path = tus.begin(len(data))

    assert where(tus.patch(f"{path}/", 0, data[:7])) == (204, "7")
    assert where(tus.head(f"{path}/")) == (200, "7")


@pytest.mark.parametrize("method", ["PUT", "TRACE"])
def test_method_that_there_is_not_is_405_in_every_version(as_app: AsApp, alma: User, tus: Tus, method: str) -> None:
    answer = as_app(alma).generic(method, tus.begin(10))

    assert (answer.status_code, answer["Allow"]) == (405, "GET, PATCH, DELETE, HEAD, OPTIONS")


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.1"])
@pytest.mark.parametrize("method", ["create", "head", "patch", "delete"])
def test_other_version_is_refused_with_the_one_spoken_here(tus: Tus, version: str, method: str) -> None:
    path = tus.begin(10)
    tus.version = version
    calls = {"create": (10,), "head": (path,), "patch": (path, 0, b"12"), "delete": (path,)}

    answer = getattr(tus, method)(*calls[method])

    assert (answer.status_code, answer["Tus-Version"], answer["Tus-Resumable"]) == (412, "1.0.0", "1.0.0")
    assert list(Upload.objects.values_list("offset", flat=True)) == [0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": ""},
        {"Upload-Length": "-1"},
        {"Upload-Length": "+5"},
        {"Upload-Length": "1e3"},
        {"Upload-Length": "٣"},
        {"Upload-Length": "9" * 19},
        {"Upload-Length": "5", "Upload-Defer-Length": "1"},
        {"Upload-Length": "5", "Upload-Concat": "partial"},
        {"Upload-Length": "5", "Upload-Metadata": "name notbase64!"},
        {"Upload-Length": "5", "Upload-Metadata": "name YQ==,name YQ=="},
        {"Upload-Length": "5", "Upload-Metadata": ",name YQ=="},
        {"Upload-Length": "5", "Upload-Metadata": "alt_text /w=="},
        {"Upload-Length": "5", "Upload-Metadata": metadata(sha256="abc")},
        {"Upload-Length": "5", "Upload-Metadata": f"name {'A' * 8192}"},
    ],
)
def test_creation_with_headers_that_make_no_sense_is_malformed(tus: Tus, headers: dict[str, str]) -> None:
    answer = tus._send("post", UPLOADS, b"", headers)

    assert problem(answer) == (400, "malformed")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("size", "expected"), [(0, (422, "empty")), (500 * 1024**2 + 1, (413, "too_large"))], ids=["empty", "too large"]
)
def test_creation_of_a_file_that_cannot_be_taken_is_refused(tus: Tus, size: int, expected: tuple[int, str]) -> None:
    answer = tus.create(size)

    assert problem(answer) == expected
    assert not Upload.objects.exists()


def test_creation_beyond_the_quota_counts_what_is_still_open(tus: Tus, settings: Settings) -> None:
    settings.QUOTA_BYTES = 1000
    tus.begin(600)

    assert problem(tus.create(401)) == (413, "quota_exceeded")
    assert tus.create(400).status_code == 201


def test_creation_beyond_so_many_open_uploads_is_refused(alma: User, tus: Tus) -> None:
    later = timezone.now() + timedelta(hours=1)
    Upload.objects.bulk_create(
        Upload(id=number, owner=alma, way="tus", bytes=1, expires_at=later) for number in range(1, MAX_OPEN + 1)
    )

    answer = tus.create(10)

    assert problem(answer) == (429, "too_many_uploads")
    assert "100 uploads are open" in answer.json()["detail"]
    assert answer["Retry-After"] == "60"


def test_creation_with_a_description_that_is_too_long_names_the_field(tus: Tus) -> None:
    answer = tus.create(10, Upload_Metadata=metadata(alt_text="a" * 1001))

    assert problem(answer)[0] == 422
    assert answer.json()["errors"][0]["field"] == "alt_text"


def test_creation_again_with_the_same_idempotency_key_is_the_same_upload(tus: Tus, data: bytes) -> None:
    first = tus.create(len(data), data[:50], Idempotency_Key="one")
    tus.patch(path_of(first), 50, data[50:60])

    again = tus.create(len(data), data[:50], Idempotency_Key="one")

    assert path_of(again) == path_of(first)
    assert where(again) == (201, "60")
    assert problem(tus.create(7, Idempotency_Key="one")) == (409, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("offset", "body", "content_type", "expected"),
    [
        (0, b"abc", "application/octet-stream", (415, "unsupported_media_type")),
        (0, b"abc", "", (415, "unsupported_media_type")),
        (1, b"abc", BODY, (409, "offset")),
        ("", b"abc", BODY, (400, "malformed")),
        ("-0", b"abc", BODY, (400, "malformed")),
        (0, b"more than ten", BODY, (413, "too_large")),
    ],
)
def test_bytes_that_do_not_fit_are_refused_and_nothing_is_kept(
    tus: Tus, media_folders: Path, offset: int | str, body: bytes, content_type: str, expected: tuple[int, str]
) -> None:
    path = tus.begin(10)

    answer = tus.patch(path, offset, body, content_type=content_type)

    assert problem(answer) == expected
    assert where(tus.head(path)) == (200, "0")
    assert not (media_folders / "uploads").exists()


def test_bytes_beyond_the_length_are_refused_before_an_upload_is_made(tus: Tus) -> None:
    assert problem(tus.create(2, b"abc")) == (413, "too_large")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_bytes_with_the_right_checksum_are_kept(tus: Tus, algorithm: str) -> None:
    digest = b64encode(hashlib.new(algorithm, b"abc").digest()).decode()

    answer = tus.patch(tus.begin(10), 0, b"abc", Upload_Checksum=f"{algorithm} {digest}")

    assert where(answer) == (204, "3")


def test_bytes_with_another_checksum_are_all_dropped(tus: Tus, media_folders: Path) -> None:
    path = tus.begin(10)
    digest = b64encode(hashlib.sha256(b"abd").digest()).decode()

    answer = tus.patch(path, 0, b"abc", Upload_Checksum=f"sha256 {digest}")

    assert problem(answer) == (460, "checksum_mismatch")
    assert where(tus.head(path)) == (200, "0")
    assert not (media_folders / "uploads").exists()


@pytest.mark.parametrize("header", ["md5 kAFQmDzST7DWlj99KOF/cg==", "sha1 !", "sha256 YWJj", "", "sha256"])
def test_checksum_that_cannot_be_read_is_malformed(tus: Tus, header: str) -> None:
    path = tus.begin(10)

    answer = tus.patch(path, 0, b"abc", Upload_Checksum=header)

    assert problem(answer)[0] == 400
    assert where(tus.head(path)) == (200, "0")


def test_file_that_is_not_what_its_metadata_declared_is_refused(tus: Tus, data: bytes) -> None:
    answer = tus.send(data, Upload_Metadata=metadata(sha256="0" * 64))

    assert problem(answer) == (422, "digest")
    assert not Media.objects.exists()
