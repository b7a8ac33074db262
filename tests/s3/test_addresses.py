"""Addresses of media in S3, tried on a real store: they open one object for one method and one time, or nothing."""

import string
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core.files.storage import storages
from django.test import Client, RequestFactory
from pytest_django import Settings

from core.media_urls import ORIGINAL_SECONDS, PRIVATE_SECONDS, PUBLIC_SECONDS, StoredFile, media_url
from core.storage import save_bytes
from core.web.media import download_answer
from tests.s3.buckets import Buckets
from tests.s3.fetching import fetch

DATA = bytes(range(256)) * 8
KEY, OTHER = "ab/cd.jpg", "ab/ce.jpg"


@pytest.fixture
def url(s3_storages: Buckets) -> str:
    save_bytes("renditions", KEY, DATA)
    save_bytes("renditions", OTHER, b"another size")
    return media_url("renditions", KEY, content_type="image/jpeg", seconds=PRIVATE_SECONDS)


def changed(character: str) -> str:
    """Another character of the same kind, so that an escape stays an escape."""
    for kind in (string.digits, string.ascii_lowercase, string.ascii_uppercase):
        if character in kind:
            return kind[(kind.index(character) + 1) % len(kind)]
    return "x"


def test_address_leads_to_the_store_and_opens_without_cookies(s3_storages: Buckets, url: str) -> None:
    answer = fetch(url)

    assert url.startswith(f"{s3_storages.store.endpoint}/{s3_storages.main}/renditions/{KEY}?")
    assert (answer.status, answer.body) == (200, DATA)
    assert "set-cookie" not in answer.headers


def test_address_gives_the_answer_its_type_and_caching(url: str) -> None:
    answer = fetch(url)

    assert {name: answer.headers.get(name) for name in ("content-type", "cache-control", "content-disposition")} == {
        "content-type": "image/jpeg",
        "cache-control": "private, max-age=450, immutable",
        "content-disposition": None,
    }


@pytest.mark.parametrize(
    ("name", "disposition"),
    [("a b.jpg", "attachment; filename*=UTF-8''a%20b.jpg"), ("ü.heic", "attachment; filename*=UTF-8''%C3%BC.heic")],
)
def test_address_of_an_original_makes_a_download_that_nothing_keeps(
    s3_storages: Buckets, name: str, disposition: str
) -> None:
    save_bytes("originals-copy", KEY, DATA)
    url = media_url("originals-copy", KEY, content_type="image/jpeg", seconds=ORIGINAL_SECONDS, download_name=name)

    answer = fetch(url)

    assert (answer.status, answer.body) == (200, DATA)
    assert (answer.headers["content-disposition"], answer.headers["cache-control"]) == (
        disposition,
        "private, no-store",
    )


def test_address_with_any_character_changed_is_refused(url: str) -> None:
    start, signature = url.index("/", len("http://")) + 1, url.index("X-Amz-Signature=") + len("X-Amz-Signature=")

    answers = [
        fetch(url[:position] + changed(url[position]) + url[position + 1 :]) for position in range(start, len(url))
    ]

    assert {each.status for each in answers} <= {400, 403, 404}
    assert {each.status for each in answers[signature - start :]} == {403}
    assert [each for each in answers if DATA in each.body] == []


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
def test_address_is_for_no_other_method(s3_storages: Buckets, url: str, method: str) -> None:
    answer = fetch(url, method, body=b"mine now" if method == "PUT" else None)

    assert answer.status == 403
    assert s3_storages.store.read(s3_storages.main, f"renditions/{KEY}") == DATA


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (KEY, OTHER),
        ("renditions/", "originals/"),
        ("X-Amz-Expires=900", "X-Amz-Expires=9000"),
        ("image%2Fjpeg", "text%2Fhtml"),
        ("response-content-type", "response-content-disposition"),
        ("&response-content-type=image%2Fjpeg", ""),
        ("&X-Amz-Signature", "&response-expires=0&X-Amz-Signature"),
        ("&X-Amz-Signature", "&versionId=null&X-Amz-Signature"),
        ("test%3Atester", "test%3Aother"),
    ],
)
def test_address_that_is_changed_is_refused(url: str, before: str, after: str) -> None:
    answer = fetch(url.replace(before, after))

    assert before in url
    assert (answer.status, DATA in answer.body) == (403, False)


def test_address_without_its_signature_is_refused(url: str) -> None:
    answer = fetch(url.partition("?")[0])

    assert (answer.status in {400, 403}, DATA in answer.body) == (True, False)


@pytest.mark.parametrize("seconds", [ORIGINAL_SECONDS, PRIVATE_SECONDS, PUBLIC_SECONDS])
def test_address_opens_until_its_time_is_over(s3_storages: Buckets, seconds: int) -> None:
    save_bytes("renditions", KEY, DATA)
    now = datetime.now(UTC)

    answers = []
    for age in (seconds // 2 - 2, seconds + 2):
        with time_machine.travel(now - timedelta(seconds=age), tick=False):
            url = media_url("renditions", KEY, content_type="image/jpeg", seconds=seconds)
        answers.append(fetch(url).status)

    assert answers == [200, 403]


def test_address_stays_the_same_for_half_of_its_time(s3_storages: Buckets) -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)

    urls = []
    for offset in (0, 449, 450):
        with time_machine.travel(noon + timedelta(seconds=offset), tick=False):
            urls.append(media_url("renditions", KEY, content_type="image/jpeg", seconds=900))

    assert urls[0] == urls[1] != urls[2]
    assert parse_qs(urlsplit(urls[0]).query)["X-Amz-Date"] == ["20260601T120000Z"]


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [("bytes=0-9", 206, 0, 10), ("bytes=2040-", 206, 2040, 2048), ("bytes=-8", 206, 2040, 2048)],
)
def test_store_sends_the_part_asked_for(url: str, asked: str, status: int, start: int, stop: int) -> None:
    answer = fetch(url, Range=asked)

    assert (answer.status, answer.body) == (status, DATA[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/2048"


def test_store_does_not_send_again_what_the_browser_has(url: str) -> None:
    etag = fetch(url).headers["etag"]

    assert fetch(url, If_None_Match=etag).status == 304


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [("", 200, 0, 2048), ("bytes=0-9", 206, 0, 10), ("bytes=0-", 206, 0, 2048), ("bytes=-8", 206, 2040, 2048)],
)
def test_site_sends_files_of_the_store_where_it_is_told_to(
    s3_storages: Buckets, client: Client, settings: Settings, asked: str, status: int, start: int, stop: int
) -> None:
    settings.S3_DELIVERY = "site"
    save_bytes("renditions", KEY, DATA)
    url = media_url("renditions", KEY, content_type="image/jpeg", seconds=900)

    answer = client.get(url, headers={"Range": asked} if asked else {})

    assert url.startswith("/media/renditions/")
    assert (answer.status_code, answer.getvalue()) == (status, DATA[start:stop])


@pytest.mark.django_db
def test_site_that_cannot_reach_the_store_answers_503(s3_storages: Buckets, client: Client, settings: Settings) -> None:
    settings.S3_DELIVERY = "site"
    url = media_url("renditions", KEY, content_type="image/jpeg", seconds=900)
    missing = client.get(url)

    s3_storages.store.stop()
    away = client.get(url)
    s3_storages.store.start()

    assert (missing.status_code, away.status_code, away["Retry-After"]) == (404, 503, "10")


def test_download_of_an_original_goes_to_the_store_for_five_minutes(s3_storages: Buckets) -> None:
    save_bytes("originals", KEY, DATA)

    answer = download_answer(RequestFactory().get("/"), StoredFile("originals", KEY, "image/jpeg", "a.jpg"))

    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    assert parse_qs(urlsplit(answer["Location"]).query)["X-Amz-Expires"] == ["300"]
    assert fetch(answer["Location"]).body == DATA


def test_store_is_not_asked_for_an_address(s3_storages: Buckets) -> None:
    s3_storages.store.stop()

    url = media_url("renditions", KEY, content_type="image/jpeg", seconds=900)

    s3_storages.store.start()
    assert fetch(url).status == 404
    assert storages["renditions"].exists(KEY) is False
