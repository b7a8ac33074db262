from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.sharing.stand_ins.bluesky import BlueskyServer
from tests.sharing.stand_ins.mastodon import MastodonServer
from tests.sharing.stand_ins.placed import bluesky_server, mastodon_server


@pytest.fixture
def mastodon(settings: Settings) -> Iterator[MastodonServer]:
    with mastodon_server(settings) as server:
        yield server


@pytest.fixture
def bluesky(settings: Settings) -> Iterator[BlueskyServer]:
    with bluesky_server(settings) as server:
        yield server
