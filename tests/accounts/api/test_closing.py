import pytest

from accounts.models import User
from tests.accounts.api.expected import JSON
from tests.conftest import AsApp
from tests.factories import PASSWORD
from tests.reading import problem_of


def test_me_deleted_is_closed_and_the_token_is_dead(as_app: AsApp, alma: User) -> None:
    client = as_app(alma)

    response = client.delete("/rest/v1/me", {"password": PASSWORD}, content_type=JSON)

    assert (response.status_code, response.content, User.objects.get().is_active) == (204, b"", False)
    assert problem_of(client.get("/rest/v1/me")) == (401, "token_invalid")


@pytest.mark.parametrize(
    ("sent", "code"),
    [({"password": "wrong"}, "password_wrong"), ({}, "required"), ({"password": ""}, "blank"), ([], "invalid")],
)
def test_me_deleted_without_the_password_is_refused(as_app: AsApp, alma: User, sent: object, code: str) -> None:
    response = as_app(alma).delete("/rest/v1/me", sent, content_type=JSON)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, code)
    assert User.objects.get().is_active


def test_me_deleted_needs_the_scope_to_write(as_app: AsApp, alma: User) -> None:
    response = as_app(alma, "read").delete("/rest/v1/me", {"password": PASSWORD}, content_type=JSON)

    assert (problem_of(response), User.objects.get().is_active) == ((403, "scope_missing"), True)


def test_person_who_closed_the_account_is_missing_for_others(as_app: AsApp, alma: User, boris: User) -> None:
    as_app(alma).delete("/rest/v1/me", {"password": PASSWORD}, content_type=JSON)

    assert problem_of(as_app(boris).get("/rest/v1/users/alma")) == (404, "not_found")
