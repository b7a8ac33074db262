"""`next` leads to a path of this site or is not followed, wherever it is read."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.hardening.routes import Route, all_routes, browser
from tests.hostile import ELSEWHERE

# One page of the admin site stands for all: Django sends everybody to its log-in in one place.
OTHERWISE = ("rest/", "admin/accounts", "admin/photos", "admin/feeds", "admin/core", "admin/auth")
ROUTES = [route for route in all_routes() if not route.pattern.startswith(OTHERWISE)]
FORM = {"on": "1", "theme": "dark", "accept": "1", "username": "carla", "password": PASSWORD}


def leads_elsewhere(answer: Any) -> bool:
    """As a browser reads an address: backslashes are slashes, tabs and line ends are not there."""
    target = answer.get("Location", "") or answer.get("HX-Redirect", "")
    seen = target.replace("\\", "/").translate(dict.fromkeys(range(33)))
    parts = urlsplit(seen)
    return bool(seen) and (parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http"))


@pytest.mark.parametrize("who", ["nobody", "alma"])
@pytest.mark.parametrize("target", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_no_route_leads_off_this_site(alma: User, values: dict[str, str], who: str, target: str) -> None:
    make_user("carla")

    found = {route.pattern: _tried(route, alma if who == "alma" else None, values, target) for route in ROUTES}

    assert {pattern: wrong for pattern, wrong in found.items() if wrong} == {}


def _tried(route: Route, person: User | None, values: dict[str, str], target: str) -> list[str]:
    client, path = browser(person), route.path(values)
    answers = [client.get(path, {"next": target}), client.post(path, {**FORM, "next": target})]
    return [answer["Location"][:80] for answer in answers if leads_elsewhere(answer)] + [
        str(answer.status_code) for answer in answers if answer.status_code >= 500
    ]


@pytest.mark.django_db
def test_log_in_follows_a_path_of_this_site(carla: User) -> None:
    answer = browser(None).post("/login/", {"username": "carla", "password": PASSWORD, "next": "/@carla/"})

    assert (answer.status_code, answer["Location"]) == (303, "/@carla/")
