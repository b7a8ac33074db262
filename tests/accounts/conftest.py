from collections.abc import Iterator

import pytest
from django.dispatch import Signal

from accounts import signals

News = list[tuple[str, dict[str, int]]]
NAMES = (
    "user_followed",
    "user_unfollowed",
    "user_blocked",
    "user_muted",
    "user_unmuted",
    "account_made_private",
    "account_closed",
)


@pytest.fixture
def news() -> Iterator[News]:
    """What this app has told the apps above during the test, in order: (name of the signal, its arguments)."""
    heard: News = []

    def listen_to(name: str) -> None:
        def note(sender: object, signal: Signal, **arguments: int) -> None:
            heard.append((name, arguments))

        getattr(signals, name).connect(note, dispatch_uid=f"tests.{name}", weak=False)

    for name in NAMES:
        listen_to(name)
    yield heard
    for name in NAMES:
        getattr(signals, name).disconnect(dispatch_uid=f"tests.{name}")
