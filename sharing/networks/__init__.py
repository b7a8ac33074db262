"""The networks that people can connect: one module for each, registered here."""

from django.conf import settings

from sharing.networks.base import Connector, OAuthConnector
from sharing.networks.bluesky import Bluesky
from sharing.networks.facebook import Facebook
from sharing.networks.flickr import Flickr
from sharing.networks.mastodon import Mastodon
from sharing.networks.tumblr import Tumblr
from sharing.networks.x import X

BY_CONSENT: dict[str, OAuthConnector] = {
    "mastodon": Mastodon(),
    "tumblr": Tumblr(),
    "flickr": Flickr(),
    "facebook": Facebook(),
    "x": X(),
}
CONNECTORS: dict[str, Connector] = {**BY_CONSENT, "bluesky": Bluesky()}
_ORDER = ("mastodon", "bluesky", "tumblr", "flickr", "facebook", "x")


def offered() -> list[str]:
    """The networks that the operator has switched on, in one order."""
    return [network for network in _ORDER if network in settings.CONNECTORS]
