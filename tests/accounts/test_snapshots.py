"""Tokens and people as they are kept in Valkey: what changes them counts with the next request."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AccessToken, User
from accounts.services.blocks import block_user
from accounts.services.closing import close_account, reopen_account, reopen_pass, suspend_account
from accounts.services.tokens import create_token, digest_of, find_token, note_use
from accounts.sessions import session_key_in_valkey
from accounts.snapshots import (
    TokenSnapshot,
    ViewerSnapshot,
    _Owners,
    ask_token,
    find_by_session,
    find_by_token,
    is_due,
    load_token,
    load_user,
    session_answer,
    token_answer,
    token_key,
    viewer_key,
)
from core.ready import take_leases
from core.valkey import valkey
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import PASSWORD, make_user
from tests.queue import run_queue
from tests.ready import lift_bars

pytestmark = pytest.mark.django_db(transaction=True)

FEED = "/rest/v1/feed"


@pytest.fixture
def alma() -> User:
    return make_user("alma")


@pytest.fixture
def token(alma: User) -> tuple[AccessToken, str]:
    """A token of alma that is known to the express way, and its text."""
    made = create_token(alma, scopes=["read"])
    for _ in range(4):
        Client().get(FEED, headers={"Authorization": f"Bearer {made[1]}"})
    assert ask_token(digest_of(made[1])) is not None
    return made


def status(text: str) -> int:
    return Client().get(FEED, headers={"Authorization": f"Bearer {text}"}).status_code


def session_of(browser: Client) -> str:
    return browser.cookies["session"].value


def test_token_and_its_person_are_kept_once_somebody_has_used_it(alma: User, token: tuple[AccessToken, str]) -> None:
    row, text = token
    row.refresh_from_db()
    alma.refresh_from_db()
    assert row.last_used_at is not None
    assert alma.last_seen_at is not None

    found = find_by_token(hashlib.sha256(text.encode()).hexdigest())

    used, seen = int(row.last_used_at.timestamp()), int(alma.last_seen_at.timestamp())
    assert found == (
        TokenSnapshot(alma.pk, row.pk, "personal access token", ["read"], used),
        ViewerSnapshot(alma.pk, "alma", alma.get_session_auth_hash(), seen, has_blocks=False),
    )


def test_text_of_a_token_is_nowhere_in_valkey(token: tuple[AccessToken, str]) -> None:
    names: Any = valkey().keys("*")
    kept = [*names, *(valkey().get(name) for name in names if name.startswith(b"token:"))]

    assert [each for each in kept if token[1].encode() in (each or b"")] == []


def test_known_token_costs_one_query_for_its_person(
    token: tuple[AccessToken, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = find_token(token[1])

    assert found is not None
    assert (found.known.token_id, found.user.username, found.scopes) == (token[0].pk, "alma", ["read"])


def test_known_token_costs_nothing_to_read_with(
    token: tuple[AccessToken, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        found = find_token(token[1], to_read=True)

    assert found is not None
    assert (found.user.username, found.user.is_active, found.user.has_blocks) == ("alma", True, False)


def test_what_the_snapshot_does_not_say_of_a_person_comes_with_one_query(
    alma: User, token: tuple[AccessToken, str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.filter(pk=alma.pk).update(bio="Clay", location="Split")
    found = find_token(token[1], to_read=True)
    assert found is not None

    with django_assert_num_queries(1):
        told = found.user.bio, found.user.location, found.user.email

    assert told == ("Clay", "Split", alma.email)


def test_person_with_a_block_is_read_with_numbers_of_their_own_at_once(
    alma: User, token: tuple[AccessToken, str]
) -> None:
    block_user(alma, make_user("boris"))
    lift_bars()

    found = [find_token(token[1], to_read=True) for _ in range(2)]

    assert [each and each.user.has_blocks for each in found] == [True, True]


def test_unknown_and_odd_tokens_are_nobodys(alma: User) -> None:
    assert [find_token(text) for text in ("", "cst_", "cst_nobody", "abc", "cst_\u00e9")] == [None] * 5


def revoke_in_admin(alma: User, row: AccessToken, rf: Callable[..., object]) -> None:
    row.revoked_at = timezone.now()
    with transaction.atomic():
        site.get_model_admin(AccessToken).save_model(rf, row, None, change=True)  # type: ignore[arg-type]


def delete_in_admin(alma: User, row: AccessToken, rf: Callable[..., object]) -> None:
    with transaction.atomic():
        site.get_model_admin(AccessToken).delete_queryset(rf, AccessToken.objects.filter(pk=row.pk))  # type: ignore[arg-type]


def suspend(alma: User, row: AccessToken, rf: Callable[..., object]) -> None:
    suspend_account(alma)


def close(alma: User, row: AccessToken, rf: Callable[..., object]) -> None:
    close_account(alma, password=PASSWORD, address="10.0.0.1")


@pytest.mark.parametrize("end", [revoke_in_admin, delete_in_admin, suspend, close])
def test_token_that_ends_is_refused_at_once(
    alma: User, token: tuple[AccessToken, str], rf: Callable[..., object], end: Callable[..., None]
) -> None:
    before = status(token[1])

    end(alma, token[0], rf)

    assert [before, *(status(token[1]) for _ in range(4))] == [200, 401, 401, 401, 401]


def test_token_revoked_by_closing_stays_revoked_when_the_account_is_reopened(
    alma: User, token: tuple[AccessToken, str]
) -> None:
    close_account(alma, password=PASSWORD, address="10.0.0.1")
    alma.refresh_from_db()

    reopen_account(reopen_pass(alma))

    assert [status(token[1]) for _ in range(3)] == [401] * 3


def test_token_that_is_being_revoked_is_not_kept_by_a_reader_who_was_faster(
    alma: User, token: tuple[AccessToken, str]
) -> None:
    digest = digest_of(token[1])
    with transaction.atomic():
        close_account(alma, password=PASSWORD, address="10.0.0.1")

        load_token(digest)

        assert valkey().exists(token_key(digest), viewer_key(alma.pk)) == 0

    assert status(token[1]) == 401


def test_reader_who_read_before_the_change_stores_nothing(alma: User, token: tuple[AccessToken, str]) -> None:
    key = token_key(digest_of(token[1]))
    valkey().delete(key)
    leases = take_leases([key])

    close_account(alma, password=PASSWORD, address="10.0.0.1")

    assert leases
    assert valkey().get(b"lease:" + key) is None


# --- Sessions


@pytest.fixture
def browser(as_user: AsUser, alma: User) -> Client:
    """Alma's, known to the express way."""
    client = as_user(alma)
    for _ in range(4):
        client.get("/")
    assert find_by_session(session_of(client)) is not None
    return client


def is_in(client: Client) -> bool:
    return b"data-theme-form" in client.get("/").content


def test_session_of_another_is_closed_at_once_when_the_password_is_changed(
    as_user: AsUser, alma: User, browser: Client
) -> None:
    other = as_user(alma)

    other.post("/settings/security/", {"current": PASSWORD, "new": "new-kiln-shelf-93"})

    assert [is_in(browser), is_in(other), is_in(other)] == [False, True, True]


def test_password_changed_on_the_command_line_ends_sessions(
    alma: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "new-kiln-shelf-93")

    call_command("changepassword", "alma", verbosity=0, stdout=io.StringIO())

    assert not is_in(browser)


def test_session_is_over_after_logging_out(browser: Client) -> None:
    copy = Client()
    copy.cookies["session"] = session_of(browser)
    before = is_in(copy)

    browser.post("/logout/")

    assert [before, is_in(copy), is_in(copy)] == [True, False, False]


def test_session_ended_while_valkey_was_away_does_not_come_back(settings: Settings, browser: Client) -> None:
    copy, caches = Client(), settings.CACHES
    copy.cookies["session"] = session_of(browser)
    take_valkey_away(settings)

    browser.post("/logout/")
    settings.CACHES = caches
    run_queue()

    assert not is_in(copy)
    assert Session.objects.count() == 0


@pytest.mark.parametrize("end", [suspend, close])
def test_session_of_an_account_that_ends_is_over_at_once(
    alma: User, browser: Client, rf: Callable[..., object], end: Callable[..., None]
) -> None:
    before = is_in(browser)

    end(alma, AccessToken(), rf)

    assert [before, is_in(browser), is_in(browser)] == [True, False, False]


@pytest.mark.parametrize("key", ["", "x", "../../etc", "a" * 41, "A" * 32])
def test_cookie_that_is_no_session_is_nobodys(key: str) -> None:
    assert find_by_session(key) is None


def test_session_with_another_hash_or_person_is_nobodys(alma: User, browser: Client) -> None:
    kept: Any = valkey().get(session_key_in_valkey(session_of(browser)))
    viewer: Any = valkey().get(viewer_key(alma.pk))
    assert session_answer(kept, viewer) is not None
    hash_before = alma.get_session_auth_hash().encode()
    other_hash = kept.replace(hash_before, b"0" * 64)
    other_person = kept.replace(str(alma.pk).encode(), b"1")
    other_backend = kept.replace(b"accounts.backends", b"accounts.elsewhere")

    found = [session_answer(each, viewer) for each in (other_hash, other_person, other_backend, None)]

    assert HASH_SESSION_KEY.encode() in kept
    assert found == [None] * 4


# --- Times, memory


@pytest.mark.parametrize(
    ("moments", "due"), [((9_000,), False), ((6_400,), True), ((6_401,), False), ((9_000, 1), True), ((0,), True)]
)
def test_time_is_due_after_an_hour(moments: tuple[int, ...], due: bool) -> None:
    assert is_due(10_000.0, *moments) is due


def test_use_after_an_hour_is_written_down_and_kept_anew(alma: User, token: tuple[AccessToken, str]) -> None:
    old = timezone.now() - timedelta(hours=2)
    AccessToken.objects.update(last_used_at=old)
    row = AccessToken.objects.get()
    valkey().delete(token_key(row.digest))
    found = find_token(token[1])
    assert found is not None

    note_use(found)

    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.last_used_at > old
    kept, _ = find_by_token(row.digest)
    assert kept is not None
    assert kept.used == int(row.last_used_at.timestamp())


def test_answer_for_another_person_than_was_guessed_is_none(alma: User, token: tuple[AccessToken, str]) -> None:
    boris = make_user("boris")
    load_user(boris.pk)

    found = token_answer(
        valkey().get(token_key(token[0].digest)),  # type: ignore[arg-type]
        valkey().get(viewer_key(boris.pk)),  # type: ignore[arg-type]
    )

    assert found == (None, None)


def test_inactive_person_is_not_kept(alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_active=False)

    assert (load_user(alma.pk), valkey().exists(viewer_key(alma.pk))) == (None, 0)


def test_process_does_not_remember_more_owners_than_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.snapshots.REMEMBERED", 3)
    owners = _Owners()
    for number in range(4):
        owners.put(str(number), number)

    assert [owners.get(str(number)) for number in range(4)] == [None, None, None, 3]


def test_token_is_found_in_postgres_while_valkey_is_away(settings: Settings, token: tuple[AccessToken, str]) -> None:
    take_valkey_away(settings)

    found = find_token(token[1])

    assert found is not None
    assert found.known.token_id == token[0].pk
