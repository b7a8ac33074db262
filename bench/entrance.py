"""How long log-in, reset and sign-up take for whom there is and for whom there is not: nobody may tell them apart."""

from collections.abc import Callable
from itertools import count

from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.services.sign_up import sign_up
from bench.pairs import medians
from bench.tables import print_table

ROUNDS = 200
PASSWORD = "kiln-shelf-93"  # noqa: S105  of people of the measurement alone

_numbers = count()


def main() -> None:
    settings.RATE_LIMITS = {name: (10**9, window) for name, (_, window) in settings.RATE_LIMITS.items()}
    sign_up(username="known", email="known@example.org", password=PASSWORD, verified=True)
    keyed = sign_up(username="keyed", email="keyed@example.org", password=PASSWORD, verified=True)
    keyed.set_unusable_password()
    keyed.save(update_fields=["password"])
    print_table(
        "The entrance, median of one request in milliseconds",
        ["what is asked", "known", "unknown", "difference, ms"],
        [row(title, known, unknown) for title, known, unknown in pairs()],
    )
    print(f"{User.objects.count()} accounts were made.")


def row(title: str, known: Callable[[], None], unknown: Callable[[], None]) -> list[object]:
    first, second = medians(known, unknown, rounds=ROUNDS)
    return [title, first, second, abs(first - second)]


def pairs() -> list[tuple[str, Callable[[], None], Callable[[], None]]]:
    return [
        ("Log-in by name, wrong password", log_in("known"), log_in("nobody")),
        ("Log-in by e-mail, wrong password", log_in("known@example.org"), log_in("nobody@example.org")),
        ("Log-in, account without a password", log_in("keyed"), log_in("nobody")),
        ("Reset by name", reset("known"), reset("nobody")),
        ("Reset by e-mail", reset("known@example.org"), reset("nobody@example.org")),
        ("Sign-up, page", join("/signup/", "known"), join("/signup/", "")),
        ("Sign-up, API", join("/rest/v1/accounts", "known"), join("/rest/v1/accounts", "")),
    ]


def log_in(name: str) -> Callable[[], None]:
    return lambda: _post("/login/", {"username": name, "password": "wrong-kiln-93"}, 422)


def reset(name: str) -> Callable[[], None]:
    return lambda: _post("/password/reset/", {"email": name}, 302)


def join(path: str, whose: str) -> Callable[[], None]:
    """With the address of `whose`, or one that nobody has; always with a name that nobody has."""

    def ask() -> None:
        name = f"new{next(_numbers)}"
        sent = {"username": name, "email": f"{whose or name}@example.org", "password": PASSWORD}
        _post(path, sent, 303 if path == "/signup/" else 202)

    return ask


def _post(path: str, sent: dict[str, str], expected: int) -> None:
    kind = "application/json" if path.startswith("/rest/") else None
    client = Client(headers={"Host": "localhost"})
    response = client.post(path, sent, content_type=kind) if kind else client.post(path, sent)
    if response.status_code != expected:
        raise RuntimeError(f"{path}: {response.status_code}")
