import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AccessToken, SecurityEvent, User
from accounts.services.tokens import create_token, find_token, note_use, revoke_all_tokens, revoke_token
from core.exceptions import InvalidInput, NotFound
from core.valkey import valkey
from tests.factories import make_user
from tests.parallel import together

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_token_is_shown_once_and_kept_as_a_digest_only(alma: User) -> None:
    token, text = create_token(alma, scopes=["read", "write"], name="phone")

    kept = AccessToken.objects.values().get(pk=token.pk)
    assert re.fullmatch(r"cst_[\w-]{43}", text)
    assert kept["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert text not in str(kept)
    assert (kept["name"], kept["scopes"], kept["user_id"]) == ("phone", ["read", "write"], alma.pk)


@pytest.mark.parametrize(
    ("scopes", "kept"), [([], ["read"]), (["write"], ["write"]), (["read", "follow", "read"], ["read", "follow"])]
)
def test_token_has_each_scope_once_and_read_by_default(alma: User, scopes: list[str], kept: list[str]) -> None:
    assert create_token(alma, scopes=scopes)[0].scopes == kept


def test_token_of_an_unknown_scope_is_not_made(alma: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_token(alma, scopes=["read", "admin"])

    assert (refused.value.code, AccessToken.objects.count()) == ("scope_unknown", 0)


def test_token_is_found_by_its_text(alma: User) -> None:
    token, text = create_token(alma, scopes=["read"])

    found = find_token(text)

    assert found is not None
    assert (found.known.token_id, found.user, found.app_id) == (token.pk, alma, 0)


@pytest.mark.parametrize("change", ["", "cst_", "x", "{}x", " {}", "CST_{}", "cst_ä", "\x00", "{}\x00"])
def test_token_of_another_text_is_not_found(alma: User, change: str) -> None:
    _, text = create_token(alma, scopes=["read"])

    assert find_token(change.format(text)) is None


def test_token_that_is_looked_up_by_its_digest_is_not_found(alma: User) -> None:
    token, _ = create_token(alma, scopes=["read"])

    assert find_token(token.digest) is None
    assert find_token(f"cst_{token.digest}") is None


def test_token_that_was_revoked_is_not_found(alma: User) -> None:
    token, text = create_token(alma, scopes=["read"])

    AccessToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())

    assert find_token(text) is None


def test_token_of_a_closed_account_is_not_found(alma: User) -> None:
    _, text = create_token(alma, scopes=["read"])

    User.objects.update(is_active=False)

    assert find_token(text) is None


def test_use_of_a_token_is_noted_to_the_hour(alma: User) -> None:
    token, text = create_token(alma, scopes=["read"])

    used = []
    for minutes in (0, 59, 61):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            found = find_token(text)
            assert found is not None
            note_use(found)
        used.append(AccessToken.objects.get(pk=token.pk).last_used_at)

    assert used == [NOON, NOON, NOON + timedelta(minutes=61)]


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_token_with_days_that_cannot_be_is_not_made(alma: User, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_token(alma, scopes=["read"], days=days)

    assert ([each.field for each in refused.value.errors], AccessToken.objects.count()) == (["days"], 0)


def test_token_whose_time_is_over_is_not_found_whether_it_is_kept_ready_or_not(alma: User) -> None:
    with time_machine.travel(NOON, tick=False):
        _, text = create_token(alma, scopes=["read"], days=1)

    found = []
    for hours in (0, 23.9, 24):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            found.append([find_token(text) is not None for _ in range(2)])
    valkey().flushdb()
    with time_machine.travel(NOON + timedelta(hours=24), tick=False):
        found.append([find_token(text) is not None])

    assert found == [[True, True], [True, True], [False, False], [False]]


def test_token_is_revoked_once_and_noted_once(alma: User) -> None:
    token, text = create_token(alma, scopes=["read"], name="phone")

    first = revoke_token(alma, token.pk)
    revoke_token(alma, token.pk)

    token.refresh_from_db()
    assert first == token
    assert find_token(text) is None
    assert list(SecurityEvent.objects.order_by("id").values_list("kind", "detail")) == [
        ("token_made", "phone"),
        ("token_revoked", "phone"),
    ]


def test_token_of_somebody_else_cannot_be_revoked(alma: User, boris: User) -> None:
    token, text = create_token(alma, scopes=["read"])

    with pytest.raises(NotFound):
        revoke_token(boris, token.pk)

    found = find_token(text)
    assert found is not None
    assert found.known.token_id == token.pk


@pytest.mark.django_db(transaction=True)
def test_all_tokens_revoked_while_one_is_revoked_are_noted_once_each() -> None:
    alma = make_user("alma")
    tokens = [create_token(alma, scopes=["read"])[0] for _ in range(3)]

    together([lambda: revoke_all_tokens(alma), lambda: revoke_token(alma, tokens[1].pk)] * 10)

    assert SecurityEvent.objects.filter(kind="token_revoked").count() == 3
