import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from photos.models import Media
from photos.services.receipts import is_genuine_receipt
from tests.conftest import Settled
from tests.factories import make_media, make_post
from tests.files import STRANGERS
from tests.images import jpeg, jpeg_with_secrets, png_header_only
from tests.uploads import stored, upload

MEDIA_KEYS = {
    *("id", "kind", "state", "failure", "sha256", "bytes", "content_type", "width", "height", "duration", "alt_text"),
    *("blurhash", "focus", "renditions", "poster_url", "taken_at", "camera", "post_id", "created_at", "receipt"),
    *("progress", "recipe"),
}
RENDITION_KEYS = {"name", "url", "width", "height", "content_type", "bytes"}
RECEIPT_KEYS = {"id", "sha256", "bytes", "received_at", "copies", "signature"}
PROBLEM_KEYS = {"type", "title", "status", "code", "detail", "errors", "request_id"}
LIST = "/rest/v1/media"


def send(
    client: Client, data: bytes, *, name: str = "a.jpg", headers: dict[str, str] | None = None, **more: str
) -> Any:
    return client.post(LIST, {"file": SimpleUploadedFile(name, data), **more}, headers=headers or {})


def problem(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, code and (field, code) of each error; the document must be whole."""
    body = answer.json()
    assert (answer["Content-Type"], set(body), body["status"]) == (
        "application/problem+json",
        PROBLEM_KEYS,
        answer.status_code,
    )
    return answer.status_code, body["code"], [(each["field"], each["code"]) for each in body["errors"]]


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_media_post_answers_201_with_the_whole_media(alma: User, as_app: Any) -> None:
    data = jpeg_with_secrets(orientation=6)

    answer = send(as_app(alma), data, alt_text=" A kiln. ")

    body, media = answer.json(), Media.objects.get()
    assert (answer.status_code, answer["Content-Type"], set(body)) == (201, "application/json", MEDIA_KEYS)
    assert body == {
        "id": str(media.pk),
        "kind": "photo",
        "state": "received",
        "failure": None,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "content_type": "image/jpeg",
        "width": 60,
        "height": 80,
        "duration": None,
        "alt_text": "A kiln.",
        "blurhash": None,
        "focus": {"x": 0.0, "y": 0.0},
        "renditions": [],
        "poster_url": None,
        "taken_at": "2026-03-04T05:06:07.000Z",
        "camera": {"camera": "Fieldworks Mk II", "aperture": "ƒ/2.8", "exposure": "1/250", "iso": "ISO 400"},
        "post_id": None,
        "created_at": body["created_at"],
        "receipt": body["receipt"],
        "progress": 0,
        "recipe": None,
    }


def test_media_post_signs_a_receipt_for_every_copy(alma: User, as_app: Any) -> None:
    receipt = send(as_app(alma), jpeg()).json()["receipt"]

    assert set(receipt) == RECEIPT_KEYS
    assert [copy["storage"] for copy in receipt["copies"]] == ["originals", "originals-copy"]
    assert is_genuine_receipt(receipt)


def test_media_post_of_bytes_sent_before_answers_200_with_the_same_media(alma: User, as_app: Any) -> None:
    app = as_app(alma)

    first, again = send(app, jpeg()), send(app, jpeg(), name="b.png")

    assert (first.status_code, again.status_code) == (201, 200)
    assert {**again.json(), "receipt": None} == {**first.json(), "receipt": None}
    assert [copy["storage"] for copy in again.json()["receipt"]["copies"]] == ["originals", "originals-copy"]


def test_media_get_of_a_ready_media_lists_its_renditions(alma: User, as_app: Any, settled: Settled) -> None:
    with settled():
        media = upload(alma)

    body = as_app(alma).get(f"{LIST}/{media.pk}").json()

    assert (body["state"], len(body["blurhash"])) == ("ready", 28)
    assert [set(each) for each in body["renditions"]] == [RENDITION_KEYS] * 4
    assert [(each["name"], each["content_type"]) for each in body["renditions"]] == [
        ("square", "image/avif"),
        ("square", "image/jpeg"),
        ("w320", "image/avif"),
        ("w320", "image/jpeg"),
    ]


def test_media_renditions_open_at_their_address(alma: User, as_app: Any, settled: Settled, client: Client) -> None:
    with settled():
        media = upload(alma)

    for each in as_app(alma).get(f"{LIST}/{media.pk}").json()["renditions"]:
        answer = client.get(each["url"])
        assert (answer.status_code, answer["Content-Type"], len(content(answer))) == (
            200,
            each["content_type"],
            each["bytes"],
        )


def test_media_get_of_a_failed_media_says_why(alma: User, as_app: Any) -> None:
    media = make_media(alma, state="failed", failure_code="damaged", failure_detail="It is.")

    body = as_app(alma).get(f"{LIST}/{media.pk}").json()

    assert (body["state"], body["failure"]) == ("failed", {"code": "damaged", "detail": "It is."})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", (422, "empty", [("file", "empty")]), id="empty"),
        pytest.param(jpeg()[:-30], (422, "truncated", [("file", "truncated")]), id="truncated"),
        pytest.param(jpeg()[:20], (422, "damaged", [("file", "damaged")]), id="damaged"),
        pytest.param(
            png_header_only(30_000, 30_000), (422, "too_many_pixels", [("file", "too_many_pixels")]), id="900MP"
        ),
        *[pytest.param(head, (415, "unsupported_type", []), id=name) for name, (head, _) in STRANGERS.items()],
    ],
)
def test_media_post_of_what_is_no_whole_picture_keeps_nothing(
    alma: User, as_app: Any, media_folders: Path, data: bytes, expected: tuple[int, str, list[tuple[str, str]]]
) -> None:
    assert problem(send(as_app(alma), data)) == expected
    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_media_post_of_too_many_bytes_is_413(alma: User, as_app: Any, media_folders: Path, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = len(jpeg()) - 1

    assert problem(send(as_app(alma), jpeg())) == (413, "too_large", [])
    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_media_post_announcing_more_than_any_upload_is_413_unread(alma: User, as_app: Any) -> None:
    answer = as_app(alma).post(LIST, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**12))

    assert problem(answer) == (413, "too_large", [])


def test_media_post_without_a_file_names_the_field(alma: User, as_app: Any) -> None:
    assert problem(as_app(alma).post(LIST, {"alt_text": "x"})) == (422, "required", [("file", "required")])
    assert problem(as_app(alma).post(LIST, {"file": "text"})) == (422, "required", [("file", "required")])


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_media_post_of_another_content_type_is_415(alma: User, as_app: Any, content_type: str) -> None:
    answer = as_app(alma).generic("POST", LIST, b'{"file": 1}', content_type=content_type)

    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
    assert Media.objects.count() == 0


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=x", b"garbage without any boundary"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'),
    ],
)
def test_media_post_of_broken_multipart_is_refused(alma: User, as_app: Any, content_type: str, body: bytes) -> None:
    answer = as_app(alma).generic("POST", LIST, body, content_type=content_type)

    assert (answer.status_code in (400, 422), answer["Content-Type"]) == (True, "application/problem+json")
    assert Media.objects.count() == 0


@pytest.mark.parametrize(("alt_text", "code"), [("x" * 1001, "too_long"), ("a\x00b", "invalid")])
def test_media_post_with_a_bad_description_keeps_nothing(
    alma: User, as_app: Any, media_folders: Path, alt_text: str, code: str
) -> None:
    assert problem(send(as_app(alma), jpeg(), alt_text=alt_text)) == (422, code, [("alt_text", code)])
    assert (Media.objects.count(), stored(media_folders)) == (0, {})


@pytest.mark.parametrize(("sent", "status"), [(jpeg(), 201), (b"other", 422)])
def test_media_post_compares_the_content_digest(alma: User, as_app: Any, sent: bytes, status: int) -> None:
    value = base64.b64encode(hashlib.sha256(sent).digest()).decode()

    answer = send(as_app(alma), jpeg(), headers={"Content-Digest": f"sha-256=:{value}:"})

    assert (answer.status_code, Media.objects.count()) == (status, int(status == 201))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nSet-Cookie: x=1.jpg", "x" * 4000 + ".jpg", "<b>.svg", "\u202egpj.exe"]
)
def test_media_post_takes_nothing_from_the_file_name(alma: User, as_app: Any, media_folders: Path, name: str) -> None:
    answer = send(as_app(alma), jpeg(), name=name)

    media = Media.objects.get()
    assert (answer.status_code, media.content_type) == (201, "image/jpeg")
    assert stored(media_folders) == {"originals": [media.original_key], "originals-copy": [media.original_key]}


def test_media_post_ignores_what_only_the_server_decides(alma: User, boris: User, as_app: Any) -> None:
    extra: dict[str, Any] = {
        "id": "1",
        "owner": str(boris.pk),
        "state": "ready",
        "sha256": "00",
        "width": "9",
        "original_key": "x",
    }

    answer = send(as_app(alma), jpeg(), **extra)

    media = Media.objects.get()
    assert answer.status_code == 201
    assert (media.owner, media.state, media.width, media.pk == 1) == (alma, "received", 64, False)


def test_media_post_with_an_idempotency_key_gives_the_same_answer(alma: User, as_app: Any) -> None:
    app, key = as_app(alma), {"Idempotency-Key": "k1"}

    first, again = send(app, jpeg(), headers=key), send(app, jpeg(), headers=key)

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())


def test_media_post_with_an_idempotency_key_of_another_file_is_409(alma: User, as_app: Any) -> None:
    app, key = as_app(alma), {"Idempotency-Key": "k1"}
    send(app, jpeg(), headers=key)

    assert problem(send(app, jpeg(seed=1), headers=key)) == (409, "idempotency_key_reused", [])
    assert Media.objects.count() == 1


def test_media_post_that_failed_may_use_its_idempotency_key_again(alma: User, as_app: Any) -> None:
    app, key = as_app(alma), {"Idempotency-Key": "k1"}
    assert send(app, b"", headers=key).status_code == 422

    assert send(app, jpeg(), headers=key).status_code == 201


def test_media_patch_sets_description_and_focus(alma: User, as_app: Any) -> None:
    media = make_media(alma)

    answer = as_app(alma).patch(
        f"{LIST}/{media.pk}", {"alt_text": "New", "focus": {"x": 1, "y": -0.5}}, content_type="application/json"
    )

    body = answer.json()
    assert (answer.status_code, set(body)) == (200, MEDIA_KEYS)
    assert (body["alt_text"], body["focus"]) == ("New", {"x": 1.0, "y": -0.5})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alt_text": "x" * 1001}, "alt_text"),
        ({"alt_text": "a\x00"}, "alt_text"),
        ({"alt_text": None}, "alt_text"),
        ({"alt_text": {"a": 1}}, "alt_text"),
        ({"focus": {"x": 1.01, "y": 0}}, "focus.x"),
        ({"focus": {"x": "nan", "y": 0}}, "focus.x"),
        ({"focus": {"x": "-inf", "y": 0}}, "focus.x"),
        ({"focus": {"x": 0}}, "focus.y"),
        ({"focus": None}, "focus"),
        ({"focus": [1, 2]}, "focus"),
    ],
    ids=str,
)
def test_media_patch_with_a_wrong_value_names_it_and_changes_nothing(
    alma: User, as_app: Any, change: dict[str, Any], field: str
) -> None:
    media = make_media(alma, alt_text="Old")

    status, _, errors = problem(as_app(alma).patch(f"{LIST}/{media.pk}", change, content_type="application/json"))

    media.refresh_from_db()
    assert (status, [name for name, _ in errors]) == (422, [field])
    assert (media.alt_text, media.focus_x, media.focus_y) == ("Old", 0.0, 0.0)


def test_media_patch_ignores_what_only_the_server_decides(alma: User, boris: User, as_app: Any) -> None:
    media = make_media(alma)
    change = {"id": "1", "owner": str(boris.pk), "state": "failed", "post_id": "9", "sha256": "x", "bytes": 1}

    answer = as_app(alma).patch(f"{LIST}/{media.pk}", change, content_type="application/json")

    again = Media.objects.get()
    assert answer.status_code == 200
    assert (again.owner, again.state, again.post, again.sha256) == (alma, "ready", None, media.sha256)


def test_media_delete_removes_what_is_in_no_post(
    alma: User, as_app: Any, settled: Settled, media_folders: Path
) -> None:
    with settled():
        media = upload(alma)

    with settled():
        assert as_app(alma).delete(f"{LIST}/{media.pk}").status_code == 204

    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_media_delete_in_a_post_is_409_and_keeps_it(alma: User, as_app: Any) -> None:
    media = make_post(alma).media.get()

    assert problem(as_app(alma).delete(f"{LIST}/{media.pk}"))[:2] == (409, "in_a_post")
    assert Media.objects.get() == media


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/original"), ("GET", "/receipt")]
)
def test_media_of_somebody_else_answers_as_if_it_were_not_there(
    alma: User, boris: User, as_app: Any, method: str, path: str
) -> None:
    media, app = make_media(alma, alt_text="Hers"), as_app(boris)

    answers = [
        app.generic(method, f"{LIST}/{media_id}{path}", b'{"alt_text": "His"}', content_type="application/json")
        for media_id in (media.pk, 4711)
    ]

    bodies = [{name: value for name, value in each.json().items() if name != "request_id"} for each in answers]
    assert ([each.status_code for each in answers], bodies[0]) == ([404, 404], bodies[1])
    media.refresh_from_db()
    assert media.alt_text == "Hers"


@pytest.mark.parametrize("path", ["", "/receipt"])
def test_media_without_a_token_is_401(alma: User, client: Client, path: str) -> None:
    assert problem(client.get(f"{LIST}/{make_media(alma).pk}{path}"))[0] == 401


def test_media_post_without_a_token_or_scope_keeps_nothing(
    alma: User, client: Client, as_app: Any, media_folders: Path
) -> None:
    assert problem(send(client, jpeg()))[0] == 401
    assert problem(send(as_app(alma, "read"), jpeg()))[:2] == (403, "scope_missing")
    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_media_post_of_a_browser_without_csrf_token_keeps_nothing(alma: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma)

    assert problem(send(browser, jpeg()))[0] == 403
    assert Media.objects.count() == 0


@pytest.mark.parametrize("media_id", ["0", "-1", "abc", "1.5", "9" * 19, "9" * 40, "1%00", "../1"])
def test_media_with_an_id_that_is_none_is_404(alma: User, as_app: Any, media_id: str) -> None:
    answer = as_app(alma).get(f"{LIST}/{media_id}")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_media_get_honours_if_none_match(alma: User, as_app: Any) -> None:
    app, url = as_app(alma), f"{LIST}/{make_media(alma).pk}"
    etag = app.get(url)["ETag"]

    again = app.get(url, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
