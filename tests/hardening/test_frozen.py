"""A frozen person: every form and call there is stands in the lists of `accounts.frozen`, or is refused."""

import pytest
from django.test import Client
from django.urls import ResolverMatch, resolve

from accounts.frozen import CALLS, PAGES
from accounts.models import User
from accounts.services.standing import freeze_account, unfreeze_account
from accounts.services.tokens import create_token
from core.ids import to_code
from tests.factories import PASSWORD
from tests.hardening.routes import UNSAFE, all_routes, browser


@pytest.fixture
def frozen(alma: User, staff: User) -> User:
    return freeze_account(staff, alma)


def match_of(path: str) -> ResolverMatch:
    return resolve(path)


def is_refusal(client: Client, method: str, path: str) -> bool:
    answer = client.generic(method, path, b"{}", "application/json", headers={"Tus-Resumable": "1.0.0"})
    said = b"urn:problem:frozen" if path.startswith("/rest/") else b"Your account is frozen"
    return answer.status_code == 403 and said in answer.content


def test_every_form_of_a_page_is_refused_but_those_that_are_listed(frozen: User, values: dict[str, str]) -> None:
    client, found = browser(frozen), {}
    values |= {f"code:{name}": to_code(int(value)) for name, value in values.items() if value.isdigit()}
    for route in all_routes():
        path = route.path(values)
        if not route.is_api and match_of(path).view_name not in PAGES:
            found[route.pattern] = is_refusal(client, "POST", path)

    assert len(found) > 30
    assert {pattern for pattern, refused in found.items() if not refused} == set()


def test_every_call_is_refused_but_those_that_are_listed(frozen: User, values: dict[str, str]) -> None:
    _, text = create_token(frozen, scopes=["read", "write", "follow"])
    by_token = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})
    by_session, found = browser(frozen), {}
    for route in all_routes():
        for method in UNSAFE:
            listed = (method, route.pattern.rstrip("/")) in CALLS
            if route.is_api and hasattr(route.view.cls, method.lower()) and not listed:  # type: ignore[attr-defined]
                path = route.path(values)
                found[f"{method} {route.pattern}"] = [
                    is_refusal(client, method, path) for client in (by_token, by_session)
                ]

    assert len(found) > 30
    assert {name for name, refused in found.items() if refused != [True, True]} == set()


def test_names_in_the_lists_are_those_of_pages_and_calls_there_are() -> None:
    routes = {route.pattern.rstrip("/") for route in all_routes()}

    assert {route for _, route in CALLS} - routes == set()


def test_frozen_person_reads_logs_in_takes_their_things_along_and_leaves(frozen: User) -> None:
    client = Client(raise_request_exception=False)
    sent = client.post("/login/", {"username": "alma", "password": PASSWORD})

    home, data = client.get("/"), client.get("/settings/data/")
    export = client.post("/settings/data/export/")
    refused = client.post("/settings/profile/", {"display_name": "A"})
    left = client.post("/settings/account/deactivate/", {"password": PASSWORD})

    assert [each.status_code for each in (sent, home, data, export, refused, left)] == [303, 200, 200, 303, 403, 303]
    assert b"Your account is frozen." in home.content
    assert User.objects.get(pk=frozen.pk).closed_at is not None


def test_freezing_and_its_end_count_at_once_on_the_express_way_too(alma: User, staff: User) -> None:
    client = browser(alma)
    for _ in range(3):
        assert b"Your account is frozen." not in client.get("/").content

    freeze_account(staff, alma)
    frozen = [b"Your account is frozen." in client.get("/").content for _ in range(3)]
    unfreeze_account(staff, alma)
    after = [b"Your account is frozen." in client.get("/").content for _ in range(3)]

    assert (frozen, after) == ([True] * 3, [False] * 3)


def test_me_says_the_standing_of_the_one_who_asks(frozen: User) -> None:
    assert browser(frozen).get("/rest/v1/me").json()["standing"] == {"limited": False, "frozen": True}
