"""Connecting accounts elsewhere, and letting them go."""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string

from accounts.models import User
from core import rate_limits
from core.events import enqueue
from core.exceptions import InvalidInput, NotFound
from core.locks import wait_for_lock
from core.models import new_id
from core.sealing import seal
from sharing.access import get_connection_for
from sharing.accounts_elsewhere import APP, account_of, callback_of, place_of, sealed_secrets
from sharing.models import Connection, CrossPost, NetworkApp
from sharing.networks import BY_CONSENT, CONNECTORS, bluesky, mastodon
from sharing.networks.base import Account, Leaving, NetworkError, NotKnown, Place, Refused, TokenRefused

MOST = 20  # of one person

logger = logging.getLogger(__name__)


def check_offered(network: str) -> None:
    """NotFound for a network that there is not, or that the operator has not switched on."""
    if network not in CONNECTORS or network not in settings.CONNECTORS:
        raise NotFound


def begin_connection(user: User, network: str, server: str = "") -> Leaving:
    """Where `user` goes to agree, and what their session must keep until they come back.

    `server` is where they are, at networks of many. InvalidInput for one that does not answer as it should.
    """
    check_offered(network)
    if network not in BY_CONSENT:
        raise NotFound
    rate_limits.allow("connection", str(user.pk))
    state = get_random_string(40)
    try:
        place = _place_at(network, server)
        leaving = BY_CONSENT[network].begin(place, state)
    except NetworkError as error:
        raise InvalidInput.field("server", error.words, code=error.code) from None
    kept = {**leaving.kept, "network": network, "state": state, "host": place.host, "user": str(user.pk)}
    return Leaving(leaving.address, kept)


def finish_connection(user: User, network: str, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
    """The accounts that they may choose from, now that they have come back.

    InvalidInput when they did not agree, or did not leave from here.
    """
    check_offered(network)
    is_theirs = kept.get("network") == network and kept.get("user") == str(user.pk)
    if not is_theirs or not constant_time_compare(kept.get("state", ""), query.get("state", "")):
        raise InvalidInput("That did not begin here, or took too long. Please try again.", code="state_unknown")
    try:
        accounts = BY_CONSENT[network].finish(place_of(network, kept["host"]), kept, query)
    except NetworkError as error:
        raise InvalidInput(_words_at_connecting(error), code=error.code) from None
    except (KeyError, TypeError, ValueError):
        logger.warning("a network answered in an unknown way", extra={"network": network})
        raise InvalidInput("The network answered in a way that this site does not know.", code="odd_answer") from None
    if not accounts:
        raise InvalidInput("There is nothing there that one could post to.", code="no_account")
    return accounts


def connect_by_password(user: User, *, server: str, handle: str, password: str) -> Connection:
    """An account at Bluesky, or a server of its protocol. InvalidInput says what does not fit."""
    check_offered("bluesky")
    rate_limits.allow("connection", str(user.pk))
    origin = bluesky.server_in(server) if server.strip() else settings.CONNECTOR_ADDRESSES["bluesky"]
    if not origin:
        raise InvalidInput.field("server", "This is no name of a server.", code="server_invalid")
    try:
        account = bluesky.log_in(origin, handle, password)
    except Refused as error:
        raise InvalidInput.field("password", error.words, code=error.code) from None
    except NetworkError as error:
        raise InvalidInput.field("server", _words_at_connecting(error), code=error.code) from None
    return keep_connection(user, "bluesky", account)


def keep_connection(user: User, network: str, account: Account) -> Connection:
    """Connect it; one that was connected before goes on with its new secrets, and so does what waited for them."""
    check_offered(network)
    mutable = {
        "name": account.name[:200],
        "address": account.address[:500] if account.address.startswith("https://") else "",
        "sealed": sealed_secrets(account),
        "state": Connection.State.CONNECTED,
    }
    with transaction.atomic():
        wait_for_lock(f"sharing.connections:{user.pk}")
        where = {"owner": user, "network": network, "host": account.host, "remote_id": account.remote_id[:200]}
        row = Connection.objects.filter(**where).first()
        if row is None or row.state == Connection.State.DISCONNECTED:
            _check_room(user)
        if row is None:
            return Connection.objects.create(id=new_id(user.pk), **where, **mutable)
        Connection.objects.filter(pk=row.pk).update(**mutable)
        _send_what_waited(row)
        row.refresh_from_db()
    return row


def change_connection(actor: User, connection_id: int, *, automatic: bool) -> Connection:
    """Whether what is published for everyone goes there by itself, from now on."""
    row = get_connection_for(actor, connection_id)
    if row.automatic != automatic:
        row.automatic, row.automatic_since = automatic, timezone.now() if automatic else None
        row.save(update_fields=["automatic", "automatic_since"])
    return row


def disconnect(actor: User, connection_id: int) -> Connection:
    """Forget its secrets at once, and tell the network that they are not needed any more. What waits is not sent."""
    row = get_connection_for(actor, connection_id)
    with transaction.atomic():
        _revoke_later(row)
        waiting = CrossPost.objects.filter(connection=row, state=CrossPost.State.WAITING)
        waiting.update(state=CrossPost.State.FAILED, code="disconnected", problem="The account was disconnected.")
        row.sealed, row.state = "", Connection.State.DISCONNECTED
        row.automatic, row.automatic_since = False, None
        row.save(update_fields=["sealed", "state", "automatic", "automatic_since"])
    return row


def end_connections(user_id: int) -> None:
    """For an account that is about to be deleted, with these rows: the networks are told."""
    for row in Connection.objects.filter(owner=user_id).exclude(sealed=""):
        _revoke_later(row)


def revoke(network: str, host: str, sealed: str) -> None:
    """Ask the network to forget these (sealed) secrets; whether it does or not, they are gone here."""
    try:
        account = account_of(Connection(network=network, host=host, sealed=sealed))
        CONNECTORS[network].revoke(place_of(network, host), account)
    except NotKnown:
        pass
    except NetworkError as error:
        logger.warning("a network did not take secrets back", extra={"network": network, "code": error.code})


def renewed(connection_id: int, account: Account) -> Account:
    """The account with newer secrets than `account` has, of which only the first who asks fetches new ones."""
    with transaction.atomic():
        row = Connection.objects.select_for_update(no_key=True).get(pk=connection_id)
        current = account_of(row)
        if current.secrets == account.secrets:
            place = place_of(row.network, row.host)
            secrets = CONNECTORS[row.network].renew(place, current)
            current = Account(current.remote_id, current.name, current.address, secrets, current.host)
            row.sealed = sealed_secrets(current)
            row.save(update_fields=["sealed"])
    return current


def _send_what_waited(row: Connection) -> None:
    waited = CrossPost.objects.filter(connection=row, state=CrossPost.State.GIVEN_UP, code=TokenRefused().code)
    ids = list(waited.values_list("pk", flat=True))
    waited.update(state=CrossPost.State.WAITING, next_try_at=timezone.now(), tries=0, code="", problem="")
    for cross_post_id in ids:
        enqueue("sharing.send", cross_post_id=cross_post_id)


def _revoke_later(row: Connection) -> None:
    if row.sealed:
        enqueue("sharing.revoke", network=row.network, host=row.host, sealed=row.sealed)


def _check_room(user: User) -> None:
    if Connection.objects.of(user).count() >= MOST:
        raise InvalidInput(f"You can connect {MOST} accounts. Disconnect one first.", code="too_many")


def _place_at(network: str, server: str) -> Place:
    """Registers this site at a server that does not know it, or not any more."""
    if network != "mastodon":
        return place_of(network, "")
    host = mastodon.host_in(server)
    if not host:
        raise Refused("server_invalid", "This is no name of a server.")
    place = place_of(network, host)
    if place.keys[0] and mastodon.knows_us(place):
        return place
    keys = mastodon.register(place, settings.SITE_NAME, settings.ORIGIN)
    sealed = seal({"id": keys[0], "secret": keys[1]}, APP)
    try:
        with transaction.atomic():
            NetworkApp.objects.update_or_create(
                host=host, defaults={"sealed": sealed, "callback": callback_of(network)}
            )
    except IntegrityError:  # somebody else has registered it just now
        return place_of(network, host)
    return Place(keys, place.callback, host)


def _words_at_connecting(error: NetworkError) -> str:
    if isinstance(error, NotKnown):
        return "The network did not answer. Please try again."
    return error.words
