import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.services.tokens import create_token, find_token, note_use
from core.exceptions import InvalidInput

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

    assert found == token
    assert found is not None
    assert found.user == alma


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
    token, _ = create_token(alma, scopes=["read"])

    used = []
    for minutes in (0, 59, 61):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            note_use(AccessToken.objects.get(pk=token.pk))
        used.append(AccessToken.objects.get(pk=token.pk).last_used_at)

    assert used == [NOON, NOON, NOON + timedelta(minutes=61)]
