"""The networks that people can connect: one module for each, registered here."""

from django.conf import settings

from sharing.networks.base import Connector, OAuthConnector
from sharing.networks.bluesky import Bluesky
from sharing.networks.mastodon import Mastodon

BY_CONSENT: dict[str, OAuthConnector] = {"mastodon": Mastodon()}
CONNECTORS: dict[str, Connector] = {**BY_CONSENT, "bluesky": Bluesky()}


def offered() -> list[str]:
    """The networks that the operator has switched on, in one order."""
    return [network for network in CONNECTORS if network in settings.CONNECTORS]
