"""What the log tells: what was asked and refused, by the number of the request; and nothing that lets somebody in."""

import json
import logging
from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.services.tokens import create_token
from core.logs import JsonFormatter, OneLineFormatter, RequestFilter
from tests.factories import PASSWORD
from tests.hardening.routes import all_routes, browser
from tests.hostile import ATTACKS, UNSEEN
from tests.privacy.world import write_file

SECRETS = {
    "password": "correct-horse-battery",
    "another password": PASSWORD,
    "session": "s3ss10nk3y0000000000000000000000",
    "csrf": "csrfs3cr3t0000000000000000000000",
    "signature": "s1gn4tur3",
    "position": "54.6871555",
    "reset key": "r3s3tk3y-0000000000000000000000000000",
}


class Lines(logging.Handler):
    """What the console would show, as JSON and as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.json: list[str] = []
        self.text: list[str] = []
        self.addFilter(RequestFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.json.append(JsonFormatter().format(record))
        self.text.append(OneLineFormatter("{levelname} {name} [{request_id}] {message}", style="{").format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_no_request_leaves_a_secret_in_the_log(lines: Lines, alma: User, values: dict[str, str]) -> None:
    token = create_token(alma, scopes=["read", "write", "follow"])[1]
    cookies = {"session": SECRETS["session"], "csrf": SECRETS["csrf"]}
    body = {
        **dict.fromkeys(("password", "current", "new", "password1", "code"), SECRETS["password"]),
        "username": "alma",
        "login": "alma",
        "latitude": SECRETS["position"],
        "key": SECRETS["reset key"],
    }
    query = f"signature={SECRETS['signature']}&password={SECRETS['password']}&token={token}"

    for route in all_routes():
        if not route.is_admin:
            client = browser(None if "login" in route.pattern else alma, headers={"Referer": f"https://x/?{query}"})
            if "login" not in route.pattern:
                body.pop("username", None)
            client.cookies.load({name: value for name, value in cookies.items() if name == "csrf"})
            client.post(f"{route.path(values)}?{query}", body, headers={"X-CSRFToken": SECRETS["csrf"]})
            browser(None, headers={"Authorization": f"Bearer {token}"}).get(f"{route.path(values)}?{query}")

    told = "\n".join([*lines.json, *lines.text])
    assert [name for name, secret in {**SECRETS, "token": token}.items() if secret in told] == []
    assert len(lines.json) > 50


def test_record_is_one_line_whatever_was_typed(lines: Lines) -> None:
    for text in [*ATTACKS.values(), *UNSEEN.values()]:
        logging.getLogger("tests").warning("%s", text, extra={"typed": text})

    assert [line for line in [*lines.json, *lines.text] if len(line.splitlines()) != 1] == []
    assert [json.loads(line)["typed"] for line in lines.json] == [*ATTACKS.values(), *UNSEEN.values()]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nothing%0d%0aINFO evil/", "/@a%E2%80%A8b/", "/tags/%0aERROR/", "/%1b[31m/"])
def test_address_with_line_ends_is_logged_in_one_line(lines: Lines, path: str) -> None:
    browser(None).get(path)

    assert [len(line.splitlines()) for line in lines.json + lines.text] == [1] * (2 * len(lines.json))
    assert lines.json != []


def test_denied_request_is_logged_with_its_number(lines: Lines, alma: User) -> None:
    write_file("renditions", "aa/x.jpg", 10)

    answer = browser(alma).get("/media/renditions/aa/x.jpg")

    (line,) = [json.loads(each) for each in lines.json if "instagram.requests" in each]
    assert (line["message"], line["request_id"]) == ("GET /media/renditions/aa/x.jpg 403", answer["X-Request-Id"])
