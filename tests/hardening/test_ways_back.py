"""`next` leads to a path of this site or is not followed, wherever it is read."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.hardening.routes import Route, all_routes, browser
from tests.hostile import ELSEWHERE

# One page of the admin site stands for all: Django sends everybody to its log-in in one place.
OTHERWISE = ("rest/", "admin/accounts", "admin/photos", "admin/feeds", "admin/core", "admin/auth")
ROUTES = [route for route in all_routes() if not route.pattern.startswith(OTHERWISE)]
HERE = "/@carla/?from=here"
FORM = {"on": "1", "theme": "dark", "accept": "1", "username": "carla", "password": PASSWORD}


def leads_elsewhere(answer: Any) -> bool:
    """As a browser reads an address: backslashes are slashes, tabs and line ends are not there."""
    target = answer.get("Location", "") or answer.get("HX-Redirect", "")
    seen = target.replace("\\", "/").translate(dict.fromkeys(range(33)))
    parts = urlsplit(seen)
    return bool(seen) and (parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http"))


@pytest.mark.parametrize("who", ["nobody", "alma"])
def test_no_route_leads_off_this_site(alma: User, values: dict[str, str], who: str) -> None:
    """Every route with some of the addresses, each with others; those that go where `next` says with all of them."""
    make_user("carla")
    person = alma if who == "alma" else None
    found: dict[str, list[str]] = {}
    following = 0

    for number, route in enumerate(ROUTES):
        follows = _follows(route, person, values)
        following += follows
        targets = ELSEWHERE if follows else [ELSEWHERE[(number + step) % len(ELSEWHERE)] for step in (0, 7)]
        found[route.pattern] = [wrong for target in targets for wrong in _tried(route, person, values, target)]

    assert {pattern: wrong for pattern, wrong in found.items() if wrong} == {}
    assert following > 1


def _follows(route: Route, person: User | None, values: dict[str, str]) -> bool:
    return any(answer.get("Location", "").startswith(HERE) for answer in _asked(route, person, values, HERE))


def _tried(route: Route, person: User | None, values: dict[str, str], target: str) -> list[str]:
    answers = _asked(route, person, values, target)
    return [answer["Location"][:80] for answer in answers if leads_elsewhere(answer)] + [
        str(answer.status_code) for answer in answers if answer.status_code >= 500
    ]


def _asked(route: Route, person: User | None, values: dict[str, str], target: str) -> list[Any]:
    """What a GET and a POST answer, without what they change."""
    path = route.path(values)
    with transaction.atomic():
        client = browser(person)
        answers = [client.get(path, {"next": target}), client.post(path, {**FORM, "next": target})]
        transaction.set_rollback(True)
    return answers


@pytest.mark.django_db
def test_log_in_follows_a_path_of_this_site(carla: User) -> None:
    answer = browser(None).post("/login/", {"username": "carla", "password": PASSWORD, "next": "/@carla/"})

    assert (answer.status_code, answer["Location"]) == (303, "/@carla/")
