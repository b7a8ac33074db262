"""Valkey as it is when its server is gone: nobody listens on the socket."""

import tempfile
from pathlib import Path

from pytest_django import Settings


def take_valkey_away(settings: Settings) -> None:
    """From now to the end of the test every connection of this site to Valkey is refused, as by a dead server."""
    socket = Path(tempfile.gettempdir()) / "nobody-listens-here.sock"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{socket}?db=0"}}
