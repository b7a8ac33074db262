"""Which passwords are taken, how they are kept, and that asking to hash costs no more than it must."""

import time
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.models import User
from accounts.passwords import Argon2Hasher
from instagram import settings as ours
from tests.conftest import AsApp, AsUser
from tests.factories import PASSWORD

GOOD = {
    "eight signs": "k7#Qw!zp",
    "a sentence": "the kiln was still warm at four in the morning",
    "sixty-four": "aB3" * 21 + "x",
    "4 kB": "kiln " * 819 + "x",
    "4 kB in other letters": "\u7a91" * 1365,
    "other letters": "\u043f\u0435\u0447\u044c-\u03ba\u03bb\u03b9\u03b2\u03b1\u03bd\u03bf\u03c2-\u7a91",
    "signs of joy": "\U0001f525\U0001f3fa\U0001f468\u200d\U0001f469\u200d\U0001f467 kiln",
    "spaces around it": "  a kiln shelf  ",
}
BAD = {
    "seven signs": "k7#Qw!z",
    "common": "password1",
    "common, further down": "sunshine1",
    "the name": "clementine",
    "nearly the name": "Clementine1",
    "the address": "clementine@example.org",
    "over 4 kB": "x" * 4097,
    "over 4 kB in other letters": "\u7a91" * 1366,
}


@pytest.fixture
def argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ours.PASSWORD_HASHERS


@pytest.fixture
def clementine(db: None) -> User:
    return User.objects.create_user("clementine", "clementine@example.org", PASSWORD)


@pytest.mark.parametrize("kind", GOOD)
def test_password_is_taken_and_every_sign_of_it_counts(argon2: None, clementine: User, kind: str) -> None:
    validate_password(GOOD[kind], clementine)
    clementine.set_password(GOOD[kind])

    assert clementine.check_password(GOOD[kind])
    assert not clementine.check_password(GOOD[kind][:-1])
    assert not clementine.check_password(f"{GOOD[kind]} ")
    assert not clementine.check_password(GOOD[kind].strip()) or GOOD[kind].strip() == GOOD[kind]


@pytest.mark.parametrize("kind", BAD)
def test_password_is_refused(clementine: User, kind: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(BAD[kind], clementine)


def test_hash_is_argon2id_and_takes_19_megabytes(argon2: None) -> None:
    assert make_password(PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_twenty_hashes_at_once_take_less_than_400_megabytes() -> None:
    assert 20 * Argon2Hasher.memory_cost <= 400 * 1024


def test_hash_of_before_is_replaced_at_the_next_log_in(argon2: None, as_user: AsUser, clementine: User) -> None:
    User.objects.filter(pk=clementine.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))

    answer = as_user(None).post("/login/", {"username": "clementine", "login": "clementine", "password": PASSWORD})

    clementine.refresh_from_db()
    assert answer.status_code in (302, 303)
    assert identify_hasher(clementine.password).algorithm == "argon2"
    assert clementine.check_password(PASSWORD)


TOO_LONG = "x" * 900_000
WAYS_IN: list[tuple[str, dict[str, Any]]] = [
    ("/login/", {"username": "alma", "login": "alma", "password": TOO_LONG}),
    ("/signup/", {"username": "dora", "email": "dora@example.org", "password": TOO_LONG, "password1": TOO_LONG}),
    ("/settings/security/", {"current": TOO_LONG, "new": TOO_LONG}),
    ("/settings/account/delete/", {"username": "alma", "password": TOO_LONG}),
    ("/confirm/", {"password": TOO_LONG}),
    ("/rest/v1/accounts", {"username": "dora", "email": "dora@example.org", "password": TOO_LONG}),
    ("/rest/v1/me", {"password": TOO_LONG}),
]


@pytest.mark.parametrize(("path", "body"), WAYS_IN)
def test_password_of_a_megabyte_is_refused_without_hashing_it(
    argon2: None, as_user: AsUser, as_app: AsApp, alma: User, path: str, body: dict[str, Any]
) -> None:
    client = as_user(None if path in ("/login/", "/signup/") else alma)
    started = time.process_time()

    if path.startswith("/rest/"):
        method = "DELETE" if path.endswith("/me") else "POST"
        answer = as_app(alma).generic(method, path, client._encode_json(body, "application/json"), "application/json")  # type: ignore[attr-defined]
    else:
        answer = client.post(path, body)

    assert answer.status_code in (200, 400, 413, 422)
    assert time.process_time() - started < 2
    assert not User.objects.filter(username="dora").exists()
    assert User.objects.filter(username="alma", closed_at=None).exists()
