"""Valkey as it is when its server is gone: nobody listens on the socket. Only the address is changed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celery import current_app
from pytest_django import Settings

DEAD_SOCKET = Path(tempfile.gettempdir()) / "nobody-listens-here.sock"


def take_valkey_away(settings: Settings) -> None:
    """From now to the end of the test every connection of this site to Valkey is refused, as by a dead server."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"unix://{DEAD_SOCKET}?db=0"}}


@contextmanager
def queue_away() -> Iterator[None]:
    """Inside, no task can be queued: every connection to the broker is refused."""
    before = current_app.conf.broker_url
    _lead_queue_to(f"redis+socket://{DEAD_SOCKET}?virtual_host=0")
    try:
        yield
    finally:
        _lead_queue_to(before)


def _lead_queue_to(url: str) -> None:
    current_app.conf.broker_url = url  # type: ignore[misc]
    current_app.amqp._producer_pool = None  # type: ignore[attr-defined]
