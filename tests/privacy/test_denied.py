"""A denied answer costs what a missing one costs: the same queries and the same trips to Valkey, so the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from redis.connection import AbstractConnection

from core.models import new_id
from tests.privacy.expected import MISSING, SHOWN, answer
from tests.privacy.surfaces import CHANGING, LIKING, READING
from tests.privacy.world import SOME_KINDS, World, make_world

SURFACES = {**READING, **LIKING, **{f"to {name}": surface for name, surface in CHANGING.items()}}


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many queries and how many trips to Valkey happen inside."""
    trips = 0
    plain: Any = AbstractConnection.send_packed_command

    def send(self: AbstractConnection, command: Any, check_health: bool = True) -> None:
        nonlocal trips
        trips += 1
        plain(self, command, check_health)

    found: list[int] = []
    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(AbstractConnection, "send_packed_command", send)
        yield found
    found += [len(queries), trips]


def cost(world: World, name: str, post_id: int, media_id: int) -> tuple[int, int]:
    with counted() as found:
        SURFACES[name].ask(world, post_id, media_id)
    queries, trips = found
    return queries, trips


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("viewer", "account"),
    [("anonymous", "private"), ("stranger", "private"), ("follower", "open"), ("blocked", "open")],
)
def test_hidden_post_costs_as_many_queries_and_trips_as_a_missing_one(viewer: str, account: str) -> None:
    world = make_world(viewer, account)

    different = {}
    for name, surface in SURFACES.items():
        unknown = new_id(world.author.pk), new_id(world.author.pk)
        for _ in range(3):
            surface.ask(world, *unknown)  # what is made ready on the way is ready
        missing = cost(world, name, *unknown)
        for kind in SOME_KINDS:
            readable = (
                "comment" in surface.route and answer("seen", viewer, account, kind) == SHOWN
            )  # then it is no secret
            if answer(surface.rule, viewer, account, kind) == MISSING and not readable:
                hidden = cost(world, name, world.posts[kind].pk, world.media[kind].pk)
                if hidden != missing:
                    different[name, *kind] = hidden, missing

    assert different == {}
