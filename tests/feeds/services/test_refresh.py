import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings
from redis.exceptions import RedisError

from accounts.models import User
from core.valkey import valkey
from feeds.services import refresh
from feeds.services.refresh import LOCK_SECONDS, active_people, build_chunk, refresh_feeds
from feeds.timeline import read_timeline
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import make_follow, make_post, make_user
from tests.parallel import together

TEN = datetime(2026, 5, 6, 10, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return TEN.replace(hour=hour, minute=minute)


def names_of_active() -> set[str]:
    return {person.username for person in active_people()}


@pytest.mark.django_db
def test_active_are_open_accounts_seen_in_the_last_days(settings: Settings) -> None:
    settings.FEED_ACTIVE_DAYS = 14
    now = timezone.now()
    make_user("here", last_seen_at=now - timedelta(days=13.9))
    make_user("away", last_seen_at=now - timedelta(days=14.1))
    make_user("never", last_seen_at=None)
    make_user("closed", is_active=False)

    assert names_of_active() == {"here"}


def test_refresh_builds_the_feed_of_everybody_active(settled: Settled, alma: User, boris: User, carla: User) -> None:
    User.objects.filter(pk=carla.pk).update(last_seen_at=timezone.now() - timedelta(days=90))
    make_follow(boris, alma)
    post = make_post(alma)

    with settled():
        assert refresh_feeds() == 1

    feeds = {person.username: read_timeline(person.pk) for person in (alma, boris, carla)}
    assert {name: feed and list(feed.post_ids) for name, feed in feeds.items()} == {
        "alma": [],
        "boris": [post.pk],
        "carla": None,
    }


def test_refresh_is_done_once_in_an_hour(alma: User) -> None:
    assert [refresh_feeds(at(10)), refresh_feeds(at(10, 5)), refresh_feeds(at(10, 59))] == [1, 0, 0]


def test_refresh_is_done_again_in_the_next_hour(alma: User) -> None:
    assert [refresh_feeds(at(10, 59)), refresh_feeds(at(11))] == [1, 1]


def test_refresh_of_a_missed_hour_is_caught_up_within_it(alma: User) -> None:
    refresh_feeds(at(10))

    assert [refresh_feeds(at(12, 35)), refresh_feeds(at(12, 40))] == [1, 0]


def test_refresh_of_the_same_hour_of_another_day_is_done(alma: User) -> None:
    refresh_feeds(at(10))

    assert refresh_feeds(at(10) + timedelta(days=1)) == 1


def test_refresh_waits_while_another_scheduler_leads(alma: User) -> None:
    valkey().set("feeds:refreshing", "2026-05-06T10", ex=LOCK_SECONDS)

    assert refresh_feeds(at(10)) == 0

    assert valkey().exists("feeds:refreshed:2026-05-06T10") == 0


def test_refresh_is_caught_up_once_the_lock_of_a_dead_leader_runs_out(alma: User) -> None:
    valkey().set("feeds:refreshing", "2026-05-06T10", ex=LOCK_SECONDS)
    refresh_feeds(at(10))

    valkey().pexpireat("feeds:refreshing", 1)

    assert refresh_feeds(at(10, 5)) == 1


def test_refresh_that_failed_is_caught_up_by_the_next_call(alma: User) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        refresh_feeds(at(10))

    assert refresh_feeds(at(10, 5)) == 1


@pytest.mark.parametrize(("people", "chunks"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
@pytest.mark.django_db
def test_refresh_queues_people_in_chunks(
    settled: Settled, monkeypatch: pytest.MonkeyPatch, people: int, chunks: int
) -> None:
    monkeypatch.setattr(refresh, "CHUNK", 2)
    users = [make_user() for _ in range(people)]

    with settled():
        assert refresh_feeds() == chunks

    assert all(read_timeline(user.pk) is not None for user in users)


def test_refresh_says_in_the_log_what_it_queued(alma: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "feeds"):
        refresh_feeds(at(10))

    assert [(record.message, vars(record)["hour"], vars(record)["chunks"]) for record in caplog.records] == [
        ("feeds queued", "2026-05-06T10", 1)
    ]


@pytest.mark.django_db
def test_refresh_with_valkey_away_raises_so_that_it_is_tried_again(settings: Settings) -> None:
    take_valkey_away(settings)

    with pytest.raises(RedisError):
        refresh_feeds()


def test_chunk_leaves_out_people_whose_account_was_closed_or_deleted_meanwhile(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(is_active=False)

    build_chunk([alma.pk, boris.pk, 12345])

    assert [read_timeline(pk) is not None for pk in (alma.pk, boris.pk, 12345)] == [True, False, False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hour", range(10))
def test_refresh_by_many_schedulers_at_once_is_done_once(hour: int) -> None:
    make_user("alma")

    queued = together([lambda: refresh_feeds(at(hour))] * 6)

    assert sorted(queued) == [0, 0, 0, 0, 0, 1]
