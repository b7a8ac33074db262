"""Files that bypass us: without a store that takes them, and what is wrong before a byte is sent."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from photos.models import Upload
from tests.conftest import AsApp

pytestmark = pytest.mark.django_db

DIRECT = "/rest/v1/uploads/direct"
WHOLE = {"bytes": 10, "sha256": "ab" * 32}


def post(client: Client, body: Any, path: str = DIRECT) -> Any:
    return client.post(path, body, content_type="application/json")


def test_direct_upload_without_an_object_store_names_the_other_way(alma: User, as_app: AsApp) -> None:
    answer = post(as_app(alma), WHOLE)

    assert (answer.status_code, answer.json()["code"]) == (409, "direct_not_available")
    assert "/rest/v1/uploads" in answer.json()["detail"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bytes": -1}, "bytes"),
        ({"bytes": "many"}, "bytes"),
        ({"bytes": None}, "bytes"),
        ({"sha256": "ab"}, "sha256"),
        ({"sha256": "AB" * 32}, "sha256"),
        ({"sha256": "zz" * 32}, "sha256"),
    ],
)
def test_direct_upload_that_is_not_described_rightly_names_the_field(
    alma: User, as_app: AsApp, change: dict[str, Any], field: str
) -> None:
    answer = post(as_app(alma), {**WHOLE, **change})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


def test_direct_upload_needs_somebody(client: Client) -> None:
    assert post(client, WHOLE).status_code == 401


@pytest.mark.parametrize("upload_id", ["12", "1234567890123456789"])
def test_finish_of_what_was_never_begun_is_missing(alma: User, as_app: AsApp, upload_id: str) -> None:
    assert post(as_app(alma), {}, f"{DIRECT}/{upload_id}/finish").status_code == 404
