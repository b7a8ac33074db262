"""What is kept of accounts elsewhere, and how long."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.services.closing import plan_deletion
from core.exceptions import InvalidInput, NotFound
from core.sealing import CannotOpen, seal, unseal
from photos.services.purging import purge_account
from sharing.accounts_elsewhere import account_of
from sharing.models import Connection, CrossPost
from sharing.networks.base import Account, TokenRefused
from sharing.services.connections import MOST, change_connection, disconnect, keep_connection
from sharing.services.cross_posting import cross_post
from tests.conftest import Settled
from tests.factories import make_post
from tests.sharing.stand_ins.mastodon import MastodonServer
from tests.sharing.stand_ins.placed import at_mastodon, make_connection, make_cross_post
from tests.uploads import publish

NEW_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def switched_on(settings: Settings) -> None:
    settings.CONNECTORS = {"mastodon": ("", "")}


def test_sealed_text_tells_nothing_and_fits_one_purpose() -> None:
    sealed = seal({"token": "very-secret"}, "one")

    assert "very-secret" not in sealed
    assert unseal(sealed, "one") == {"token": "very-secret"}
    with pytest.raises(CannotOpen):
        unseal(sealed, "other")


def test_new_key_opens_what_a_former_one_has_sealed_until_that_goes(alma: User, settings: Settings) -> None:
    row, before = make_connection(alma), settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, [before]
    assert account_of(row).secrets["access_token"] == "token-of-alma"
    call_command("reseal_connections", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    row.refresh_from_db()

    assert account_of(row).secrets["access_token"] == "token-of-alma"


def test_account_whose_key_is_lost_asks_to_be_connected_again(alma: User, settings: Settings) -> None:
    row, told = make_connection(alma), StringIO()
    settings.SECRET_KEY = NEW_KEY

    call_command("reseal_connections", stdout=told)

    with pytest.raises(TokenRefused):
        account_of(row)
    assert "1 cannot be read" in told.getvalue()


def test_nobody_connects_more_than_the_most(alma: User) -> None:
    for number in range(MOST):
        make_connection(alma, remote_id=str(number))

    with pytest.raises(InvalidInput):
        keep_connection(alma, "mastodon", Account("new", "@new", "", {"access_token": "x"}))


def test_network_that_is_not_switched_on_cannot_be_connected(alma: User) -> None:
    with pytest.raises(NotFound):
        keep_connection(alma, "bluesky", Account("new", "@new", "", {"access_token": "x"}))


@pytest.mark.parametrize(
    ("audience", "switched", "count"),
    [("public", True, 1), ("public", False, 0), ("followers", True, 0), ("unlisted", True, 0), ("only_me", True, 0)],
)
def test_only_what_is_published_for_everyone_goes_by_itself(
    audience: str, switched: bool, count: int, alma: User, boris: User, settled: Settled
) -> None:
    row = make_connection(alma, state="refused" if audience == "" else "connected")
    change_connection(alma, row.pk, automatic=switched)
    make_connection(boris, automatic=True)

    with settled():
        post = publish(alma, audience=audience)

    assert CrossPost.objects.filter(post=post, connection=row).count() == count


def test_private_accounts_send_nothing(alma: User, settled: Settled) -> None:
    alma.is_private = True
    alma.save()
    change_connection(alma, make_connection(alma).pk, automatic=True)

    with settled():
        publish(alma)

    assert not CrossPost.objects.exists()


def test_others_have_no_say(alma: User, boris: User) -> None:
    row = make_connection(alma)
    post = make_post(boris)

    with pytest.raises(NotFound):
        change_connection(boris, row.pk, automatic=True)
    with pytest.raises(NotFound):
        disconnect(boris, row.pk)
    with pytest.raises(InvalidInput):
        cross_post(boris, post.pk, [row.pk])


def test_account_that_is_deleted_takes_all_of_it_along_and_tells_the_networks(
    alma: User, mastodon: MastodonServer, settled: Settled
) -> None:
    make_cross_post(make_post(alma), at_mastodon(alma, mastodon))

    plan_deletion(alma)
    User.objects.filter(pk=alma.pk).update(is_active=False, delete_at=timezone.now() - timedelta(seconds=1))
    with settled():
        purge_account(alma.pk)

    assert not User.objects.filter(pk=alma.pk).exists()
    assert not Connection.objects.exists()
    assert not CrossPost.objects.exists()
    assert mastodon.count("/oauth/revoke") == 1
