"""Connections with their secrets open, for whoever asks a network with them."""

from django.conf import settings
from django.urls import reverse

from core.media_urls import absolute
from core.sealing import CannotOpen, seal, unseal
from sharing.models import Connection, NetworkApp
from sharing.networks.base import Account, Place, TokenRefused

CONNECTION, APP, SESSION = "sharing.connection", "sharing.app", "sharing.session"


def callback_of(network: str) -> str:
    return absolute(reverse("sharing:network-callback", args=[network]))


def place_of(network: str, host: str) -> Place:
    """How this site is known there; with empty keys at a server where it never registered."""
    if not host:
        return Place(settings.CONNECTORS.get(network, ("", "")), callback_of(network))
    app = NetworkApp.objects.filter(host=host, callback=callback_of(network)).first()
    try:
        opened = unseal(app.sealed, APP) if app else {}
    except CannotOpen:
        opened = {}
    return Place((opened.get("id", ""), opened.get("secret", "")), callback_of(network), host)


def account_of(row: Connection) -> Account:
    """TokenRefused when its secrets are gone, or sealed with a key that is."""
    try:
        opened = unseal(row.sealed, CONNECTION) if row.sealed else {}
    except CannotOpen:
        opened = {}
    if not opened:
        raise TokenRefused
    return Account(row.remote_id, row.name, row.address, opened, row.host)


def sealed_secrets(account: Account) -> str:
    return seal(account.secrets, CONNECTION)
