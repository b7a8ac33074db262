from typing import Any

import pytest

from accounts.models import User
from photos.models import Media
from tests.conftest import Settled
from tests.images import jpeg
from tests.photos.api.test_media import problem


def test_avatar_put_answers_the_person_and_shows_it_when_made(alma: User, as_app: Any, settled: Settled) -> None:
    app = as_app(alma)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + jpeg() + b"\r\n--x--\r\n"

    with settled():
        answer = app.generic("PUT", "/rest/v1/me/avatar", body, content_type="multipart/form-data; boundary=x")

    alma.refresh_from_db()
    assert (answer.status_code, answer.json()["username"], answer.json()["avatar"]) == (200, "alma", None)
    shown = app.get("/rest/v1/me").json()["avatar"]
    assert (shown["width"], shown["height"], alma.avatar_key in shown["url"]) == (320, 320, True)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg()[:-20]], ids=["empty", "pdf", "truncated"])
def test_avatar_put_of_something_broken_changes_nothing(alma: User, as_app: Any, data: bytes) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + data + b"\r\n--x--\r\n"

    answer = as_app(alma).generic("PUT", "/rest/v1/me/avatar", body, content_type="multipart/form-data; boundary=x")

    alma.refresh_from_db()
    assert (problem(answer)[0] in (415, 422), alma.avatar_key, Media.objects.count()) == (True, "", 0)
