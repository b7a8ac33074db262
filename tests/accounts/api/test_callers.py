import pytest
from django.test import Client

from accounts.models import User
from accounts.services.tokens import create_token
from tests.accounts.api.expected import relations
from tests.conftest import AsApp
from tests.reading import problem_of

pytestmark = pytest.mark.django_db


CALLS = [
    ("get", "/rest/v1/me"),
    ("patch", "/rest/v1/me"),
    ("get", "/rest/v1/follow-requests"),
    ("get", "/rest/v1/blocks"),
    ("get", "/rest/v1/mutes"),
    *[(method, f"/rest/v1/users/boris/{what}") for what in ("follow", "block", "mute") for method in ("put", "delete")],
    ("put", "/rest/v1/follow-requests/boris"),
    ("delete", "/rest/v1/follow-requests/boris"),
    ("delete", "/rest/v1/followers/boris"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_call_without_a_token_is_refused(client: Client, boris: User, method: str, path: str) -> None:
    response = getattr(client, method)(path)

    assert problem_of(response) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="rest"'
    assert relations() == (0, 0, 0)


@pytest.mark.parametrize(
    "header", ["Bearer cst_x", "Bearer", "Bearer  ", "Basic YTpi", "cst_x", "Bearer cst_ä", "Token x y"]
)
@pytest.mark.parametrize("path", ["/rest/v1/me", "/rest/v1/users/boris"])
def test_call_with_a_wrong_token_is_refused_even_where_none_is_needed(
    client: Client, boris: User, path: str, header: str
) -> None:
    response = client.get(path, headers={"Authorization": header})

    assert problem_of(response) == (401, "token_invalid")


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        (method, path, "read" if method == "get" else "write" if path.endswith("/me") else "follow")
        for method, path in CALLS
    ],
)
def test_call_with_a_token_that_lacks_its_scope_is_refused(
    as_app: AsApp, alma: User, boris: User, method: str, path: str, needed: str
) -> None:
    others = [scope for scope in ("read", "write", "follow", "push") if scope != needed]

    response = getattr(as_app(alma, *others), method)(path)

    assert problem_of(response) == (403, "scope_missing")
    assert relations() == (0, 0, 0)


def test_token_in_the_address_is_not_looked_at(client: Client, alma: User) -> None:
    _, text = create_token(alma, scopes=["read"])

    assert client.get(f"/rest/v1/me?token={text}&access_token={text}").status_code == 401


def test_session_reads_without_and_writes_with_its_csrf_token(alma: User, boris: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alma)
    client.get("/settings/profile/")
    secret = client.cookies["csrf"].value

    assert client.get("/rest/v1/me").status_code == 200
    assert problem_of(client.put("/rest/v1/users/boris/follow")) == (403, "permission_denied")
    assert relations() == (0, 0, 0)
    assert client.put("/rest/v1/users/boris/follow", headers={"X-CSRFToken": secret}).status_code == 200
