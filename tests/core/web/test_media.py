import hashlib
import re
from urllib.parse import urlencode

import pytest
from django.http import HttpResponseBase
from django.test import Client, RequestFactory

from core.exceptions import NotFound
from core.media_urls import ORIGINAL_SECONDS, StoredFile, _sign, media_url
from core.storage import save_bytes
from core.web.media import download_answer, file_answer

DATA = bytes(range(256)) * 8
KEY = "ab/cd.jpg"
ETAG = f'"{hashlib.sha256(KEY.encode()).hexdigest()[:32]}"'


def cached_seconds(response: HttpResponseBase) -> int:
    """How long browsers may keep the answer."""
    found = re.fullmatch(r"private, max-age=(\d+), immutable", response["Cache-Control"])
    assert found is not None
    return int(found[1])


@pytest.fixture
def url() -> str:
    save_bytes("renditions", KEY, DATA)
    return media_url("renditions", KEY, content_type="image/jpeg", seconds=900)


def test_media_with_a_genuine_address_is_sent_whole_with_its_type(client: Client, url: str) -> None:
    response = client.get(url)

    assert (response.status_code, response.getvalue()) == (200, DATA)
    assert {name: response[name] for name in ("Content-Type", "Content-Length", "ETag", "Accept-Ranges")} == {
        "Content-Type": "image/jpeg",
        "Content-Length": "2048",
        "ETag": ETAG,
        "Accept-Ranges": "bytes",
    }


def test_media_is_sandboxed_kept_by_this_browser_only_and_names_no_page(client: Client, url: str) -> None:
    response = client.get(url)

    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert 400 < cached_seconds(response) <= 900
    assert "Content-Disposition" not in response.headers
    assert response.cookies == {}


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=2040-", 206, 2040, 2048),
        ("bytes=-8", 206, 2040, 2048),
        ("bytes=2000-99999", 206, 2000, 2048),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=0-", 206, 0, 2048),
        ("bytes=-99999", 206, 0, 2048),
        ("bytes=-", 200, 0, 2048),
        ("bytes=0-1,5-6", 200, 0, 2048),
        ("lines=0-1", 200, 0, 2048),
        ("bytes=a-b", 200, 0, 2048),
        ("bytes=٣-٤", 200, 0, 2048),
    ],
)
def test_media_is_sent_in_the_part_asked_for(
    client: Client, url: str, asked: str, status: int, start: int, stop: int
) -> None:
    response = client.get(url, headers={"Range": asked})

    assert (response.status_code, response.getvalue()) == (status, DATA[start:stop])
    assert response["Content-Length"] == str(stop - start)
    assert response.get("Content-Range") == (f"bytes {start}-{stop - 1}/2048" if status == 206 else None)


@pytest.mark.parametrize(
    "asked", ["bytes=2048-", "bytes=9999-10000", "bytes=9-3", "bytes=-0", "bytes=" + "9" * 18 + "-"]
)
def test_part_outside_of_the_media_is_refused_with_its_size(client: Client, url: str, asked: str) -> None:
    response = client.get(url, headers={"Range": asked})

    assert (response.status_code, response.content, response["Content-Range"]) == (416, b"", "bytes */2048")
    assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("private, no-store", "nosniff")


@pytest.mark.parametrize(
    ("version", "status", "stop"),
    [(ETAG, 206, 10), ('"other"', 200, 2048), (f"W/{ETAG}", 200, 2048), ("Mon, 01 Jun 2026 12:00:00 GMT", 200, 2048)],
)
def test_part_is_sent_only_of_the_version_that_is_meant(
    client: Client, url: str, version: str, status: int, stop: int
) -> None:
    response = client.get(url, headers={"Range": "bytes=0-9", "If-Range": version})

    assert (response.status_code, response.getvalue()) == (status, DATA[:stop])


@pytest.mark.parametrize("number", ["9" * 5000 + "-", "-" + "9" * 5000, "0-" + "9" * 5000])
def test_part_with_thousands_of_digits_is_no_part(client: Client, url: str, number: str) -> None:
    response = client.get(url, headers={"Range": f"bytes={number}"})

    assert (response.status_code, response.getvalue()) == (200, DATA)


def test_media_for_another_version_than_it_is_leaves_nothing_open(client: Client, url: str) -> None:
    response = client.get(url, headers={"If-Match": '"other"'})

    assert (response.status_code, DATA in response.content) == (412, False)


@pytest.mark.parametrize("known", [ETAG, f"W/{ETAG}", f'"other", {ETAG}', "*"])
def test_media_the_browser_has_already_is_not_sent_again(client: Client, url: str, known: str) -> None:
    response = client.get(url, headers={"If-None-Match": known})

    assert (response.status_code, response.getvalue()) == (304, b"")
    assert response["ETag"] == ETAG
    assert 400 < cached_seconds(response) <= 900


def test_media_the_browser_has_in_another_version_is_sent(client: Client, url: str) -> None:
    response = client.get(url, headers={"If-None-Match": '"other"'})

    assert (response.status_code, response.getvalue()) == (200, DATA)


def test_head_of_media_has_its_headers_and_no_body(client: Client, url: str) -> None:
    response = client.head(url)

    assert (response.status_code, response.getvalue()) == (200, b"")
    assert (response["Content-Length"], response["Content-Type"], response["ETag"]) == ("2048", "image/jpeg", ETAG)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_media_is_only_read(client: Client, url: str, method: str) -> None:
    response = getattr(client, method)(url)

    assert (response.status_code, DATA in response.content) == (403, False)
    assert client.get(url).getvalue() == DATA


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("signature=", "signature=A"),
        ("signature=", "x="),
        ("t=image%2Fjpeg", "t=text%2Fhtml"),
        ("t=image%2Fjpeg", ""),
        ("e=", "e=1"),
        (KEY, "ab/ce.jpg"),
        (KEY, "ab/../ab/cd.jpg"),
        (KEY, "ab/%2e%2e/ab/cd.jpg"),
        (KEY, "ab%2fcd.jpg%00"),
        (KEY, "/ab/cd.jpg"),
        ("renditions", "originals"),
        ("renditions", "default"),
        ("renditions", "uploads"),
        ("renditions", "staticfiles"),
        ("renditions", "nothing"),
        ("signature=", "n=a.html&signature="),
    ],
)
def test_media_with_a_changed_address_is_refused(client: Client, url: str, before: str, after: str) -> None:
    changed = url.replace(before, after, 1)

    response = client.get(changed)

    assert changed != url
    assert (response.status_code, response["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert DATA not in response.content


def test_media_without_a_signature_is_refused(client: Client, url: str) -> None:
    assert client.get(f"/media/renditions/{KEY}").status_code == 403


def test_media_with_a_signature_that_is_twice_there_counts_the_last(client: Client, url: str) -> None:
    forged = f"{url}&{urlencode({'signature': 'A' * 24})}"

    assert client.get(forged).status_code == 403


def test_media_that_is_gone_is_missing(client: Client) -> None:
    url = media_url("renditions", "no/such.jpg", content_type="image/jpeg", seconds=900)

    assert client.get(url).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("alias", ["default", "uploads", "staticfiles", "nothing"])
def test_storage_that_is_no_media_is_not_served_even_with_a_signature(client: Client, alias: str) -> None:
    url = media_url("originals", KEY, content_type="image/jpeg", seconds=900)
    file = StoredFile(alias, KEY, "image/jpeg")
    expires = re.findall(r"e=(\d+)", url)[0]

    response = client.get(f"/media/{alias}/{KEY}?e={expires}&t=image/jpeg&signature={_sign(file, int(expires))}")

    assert response.status_code == 403


@pytest.mark.parametrize("alias", ["originals", "originals-copy"])
@pytest.mark.parametrize(
    ("name", "disposition"), [("", "attachment"), ("a b.jpg", "attachment; filename*=UTF-8''a%20b.jpg")]
)
def test_original_is_always_a_download_that_nothing_keeps(
    client: Client, alias: str, name: str, disposition: str
) -> None:
    save_bytes(alias, KEY, DATA)
    url = media_url(alias, KEY, content_type="image/jpeg", seconds=ORIGINAL_SECONDS, download_name=name)

    response = client.get(url)

    assert (response.status_code, response.getvalue()) == (200, DATA)
    assert (response["Content-Disposition"], response["Cache-Control"]) == (disposition, "private, no-store")


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after"), [("n=a.jpg", "n=a.html"), ("n=a.jpg&", ""), ("n=a.jpg", "n=")])
def test_original_under_another_name_is_refused(client: Client, before: str, after: str) -> None:
    save_bytes("originals", KEY, DATA)
    url = media_url("originals", KEY, content_type="image/jpeg", seconds=300, download_name="a.jpg")

    response = client.get(url.replace(before, after))

    assert (before in url, response.status_code) == (True, 403)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["..%2f..%2fsecret", "ab%00cd.jpg", "/ab/cd.jpg", "ab//cd.jpg", ".", "%2e%2e/x"])
def test_path_that_leads_elsewhere_is_refused(client: Client, path: str) -> None:
    assert client.get(f"/media/renditions/{path}").status_code in {403, 404}


def test_original_in_a_folder_is_sent_by_the_site() -> None:
    save_bytes("originals", KEY, DATA)

    response = download_answer(RequestFactory().get("/"), StoredFile("originals", KEY, "image/jpeg", "a.jpg"))

    assert (response.status_code, b"".join(response)) == (200, DATA)


def test_download_is_an_attachment_that_nothing_keeps() -> None:
    save_bytes("originals", KEY, DATA)
    request = RequestFactory().get("/p/1/original/1/")

    response = file_answer(request, StoredFile("originals", KEY, "image/jpeg", 'süß";\r\nX-Evil: 1.jpg'))

    assert response["Content-Disposition"] == (
        "attachment; filename*=UTF-8''s%C3%BC%C3%9F%22%3B%0D%0AX-Evil%3A%201.jpg"
    )
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response) == DATA


def test_download_without_a_file_is_missing() -> None:
    with pytest.raises(NotFound):
        file_answer(RequestFactory().get("/"), StoredFile("originals", "no/such.jpg", "image/jpeg"))


def test_file_of_unknown_type_is_bytes_and_nothing_else() -> None:
    save_bytes("renditions", KEY, DATA)

    response = file_answer(RequestFactory().head("/"), StoredFile("renditions", KEY, ""))

    assert response["Content-Type"] == "application/octet-stream"
