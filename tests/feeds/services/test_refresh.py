import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError as QueueError
from pytest_django import Settings

from accounts.models import User
from accounts.services.follows import follow_user
from core.valkey import valkey
from feeds.models import FeedChunk, FeedRun
from feeds.services import refresh
from feeds.services.chunks import build_chunk, build_people
from feeds.services.packs import fresh_packs
from feeds.services.refresh import CLAIMED_FOR, QUEUED_FOR, RUNS_KEPT, active_ids, refresh_feeds
from feeds.services.window import load_window
from feeds.storing import READERS, READERS_KEPT_SECONDS
from feeds.timeline import Timeline, read_timeline, write_timeline
from tests.away import queue_away, take_valkey_away
from tests.conftest import Settled
from tests.factories import make_follow, make_post, make_user
from tests.parallel import together

Execute = Callable[..., Any]

TEN = datetime(2026, 5, 6, 10, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return TEN.replace(hour=hour, minute=minute)


def feeds_of(*people: User) -> dict[str, list[int] | None]:
    feeds = {person.username: read_timeline(person.pk) for person in people}
    return {name: list(feed.post_ids) if feed else None for name, feed in feeds.items()}


def states() -> list[tuple[str, int]]:
    """The state of each chunk of all runs, and how often it was claimed."""
    return list(FeedChunk.objects.order_by("run__hour", "first_id").values_list("state", "attempts"))


def chunk_ids() -> list[int]:
    return list(FeedChunk.objects.order_by("run__hour", "first_id").values_list("pk", flat=True))


def begin(moment: datetime | None = None) -> FeedRun:
    """A run whose chunks were queued, and the queue lost."""
    refresh_feeds(moment)
    with current_app.connection_for_read() as broker, broker.SimpleQueue("builds") as queue:
        queue.clear()
    return FeedRun.objects.latest("hour")


@pytest.mark.django_db
def test_active_are_open_accounts_seen_in_the_last_days(settings: Settings) -> None:
    settings.FEED_ACTIVE_DAYS = 14
    now = timezone.now()
    here = make_user("here", last_seen_at=now - timedelta(days=13.9))
    make_user("away", last_seen_at=now - timedelta(days=14.1))
    make_user("never", last_seen_at=None)
    make_user("closed", is_active=False)

    assert active_ids(now) == [here.pk]


def test_refresh_builds_the_feed_of_everybody_active(settled: Settled, alma: User, boris: User, carla: User) -> None:
    User.objects.filter(pk=carla.pk).update(last_seen_at=timezone.now() - timedelta(days=90))
    make_follow(boris, alma)
    post = make_post(alma)

    with settled():
        assert refresh_feeds() == 1

    assert feeds_of(alma, boris, carla) == {"alma": [], "boris": [post.pk], "carla": None}


def test_run_says_how_many_feeds_it_built_and_when_it_was_done(settled: Settled, alma: User, boris: User) -> None:
    with settled():
        refresh_feeds(at(10, 7))

    run = FeedRun.objects.get()
    assert (run.hour, run.people, run.built, run.superseded_at) == (TEN, 2, 2, None)
    assert run.finished_at is not None
    assert states() == [("done", 1)]
    assert FeedChunk.objects.filter(finished_at__isnull=False, milliseconds__isnull=False, user_ids=b"").count() == 1


@pytest.mark.django_db
def test_run_of_a_site_without_people_is_finished_at_once() -> None:
    assert refresh_feeds(at(10)) == 0

    assert FeedRun.objects.filter(finished_at__isnull=False, people=0).count() == 1


def test_refresh_is_done_once_in_an_hour(alma: User) -> None:
    assert [refresh_feeds(at(10)), refresh_feeds(at(10, 4)), refresh_feeds(at(10, 5))] == [1, 0, 0]


def test_refresh_is_done_once_in_an_hour_although_valkey_was_emptied(settled: Settled, alma: User) -> None:
    with settled():
        refresh_feeds(at(10))
    valkey().flushdb()

    assert refresh_feeds(at(10, 30)) == 0

    assert [run.hour for run in FeedRun.objects.all()] == [TEN]


def test_refresh_is_done_again_in_the_next_hour(alma: User) -> None:
    assert [refresh_feeds(at(10, 59)), refresh_feeds(at(11))] == [1, 1]


def test_refresh_of_missed_hours_is_caught_up_with_the_newest_alone(settled: Settled, alma: User) -> None:
    for moment in (at(10), at(13, 35), at(13, 40)):
        with settled():
            refresh_feeds(moment)

    assert [run.hour for run in FeedRun.objects.filter(finished_at__isnull=False)] == [at(13), at(10)]


def test_refresh_with_a_clock_that_is_behind_begins_no_earlier_hour(alma: User) -> None:
    refresh_feeds(at(12))

    assert refresh_feeds(at(11, 59)) == 0

    assert FeedRun.objects.count() == 1


def test_refresh_that_failed_is_caught_up_by_the_next_call(alma: User) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        refresh_feeds(at(10))

    assert refresh_feeds(at(10, 5)) == 1


def test_run_that_could_not_be_queued_is_queued_by_the_next_call(settled: Settled, alma: User) -> None:
    with queue_away(), pytest.raises((QueueError, OSError)):
        refresh_feeds(at(10))

    with settled():
        assert refresh_feeds(at(10, 5)) == 1

    assert feeds_of(alma) == {"alma": []}


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
    assert FeedRun.objects.filter(people=people, built=people, finished_at__isnull=False).count() == 1


def test_refresh_says_in_the_log_what_it_queued(alma: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "feeds"):
        refresh_feeds(at(10))

    assert [(record.message, vars(record)["hour"], vars(record)["chunks"]) for record in caplog.records] == [
        ("feeds queued", "2026-05-06T10:00:00+00:00", 1)
    ]


def test_chunk_that_the_queue_lost_is_queued_again_after_a_while(settled: Settled, alma: User) -> None:
    begin(at(10))

    assert [refresh_feeds(at(10) + QUEUED_FOR), refresh_feeds(at(10, 1) + QUEUED_FOR)] == [0, 1]


def test_chunk_of_a_dead_worker_is_redone(settled: Settled, alma: User) -> None:
    begin()
    long_ago = timezone.now() - CLAIMED_FOR - timedelta(seconds=1)
    FeedChunk.objects.update(state="building", claimed_at=long_ago, attempts=1)

    with settled():
        assert refresh_feeds() == 1

    assert states() == [("done", 2)]
    assert FeedRun.objects.get().built == 1
    assert feeds_of(alma) == {"alma": []}


def test_chunk_that_a_worker_is_busy_with_is_nobody_elses(alma: User) -> None:
    begin()
    FeedChunk.objects.update(state="building", claimed_at=timezone.now(), attempts=1)

    assert [refresh_feeds(), build_chunk(*chunk_ids())] == [0, 0]

    assert states() == [("building", 1)]


def test_chunk_delivered_twice_is_built_once(alma: User) -> None:
    begin()

    assert [build_chunk(*chunk_ids()), build_chunk(*chunk_ids())] == [1, 0]

    assert FeedRun.objects.get().built == 1


@pytest.mark.django_db
def test_chunk_that_is_gone_is_nothing() -> None:
    assert build_chunk(12345) == 0


def test_worker_that_lost_its_claim_counts_nothing(alma: User) -> None:
    begin()
    (chunk_id,) = chunk_ids()
    taken_over: list[int] = []

    def take_over(execute: Execute, sql: str, *rest: Any) -> Any:
        """Another worker takes the chunk and finishes it while this one reads."""
        if "followpack" in sql and not taken_over:
            taken_over.append(chunk_id)
            FeedChunk.objects.update(claimed_at=timezone.now() - CLAIMED_FOR * 2)
            build_chunk(chunk_id)
        return execute(sql, *rest)

    with connection.execute_wrapper(take_over):
        build_chunk(chunk_id)

    assert (FeedRun.objects.get().built, states()) == (1, [("done", 2)])


def test_chunk_with_valkey_away_waits_and_is_built_by_the_next_call(
    settings: Settings, settled: Settled, alma: User
) -> None:
    run = begin()
    caches = settings.CACHES
    take_valkey_away(settings)
    assert build_chunk(*chunk_ids()) == 0
    assert states() == [("waiting", 1)]

    settings.CACHES = caches
    with settled():
        assert refresh_feeds(run.hour) == 1

    assert states() == [("done", 2)]
    assert feeds_of(alma) == {"alma": []}


def test_chunk_with_postgres_failing_is_anybodys_again(alma: User) -> None:
    begin()

    def fail(execute: Execute, sql: str, *rest: Any) -> Any:
        if "string_agg" in sql:
            raise OperationalError("the database is away")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        build_chunk(*chunk_ids())

    assert states() == [("waiting", 1)]


def test_run_that_the_next_hour_overtakes_is_closed_and_its_chunks_build_nothing(settled: Settled, alma: User) -> None:
    begin(at(10))
    with settled():
        refresh_feeds(at(11))
    before = read_timeline(alma.pk)

    assert build_chunk(chunk_ids()[0]) == 0

    assert read_timeline(alma.pk) == before
    assert [(run.hour, run.finished_at is None, run.superseded_at) for run in FeedRun.objects.all()] == [
        (at(11), False, None),
        (at(10), True, at(11)),
    ]


def test_chunk_leaves_out_people_whose_account_was_closed_or_deleted_meanwhile(alma: User, boris: User) -> None:
    gone = make_user("gone")
    begin()
    User.objects.filter(pk=boris.pk).update(is_active=False)
    gone_id = gone.pk
    gone.delete()

    assert build_chunk(*chunk_ids()) == 1

    assert [read_timeline(pk) is not None for pk in (alma.pk, boris.pk, gone_id)] == [True, False, False]


def test_person_whose_relations_change_during_the_build_gets_no_old_feed(alma: User, boris: User) -> None:
    post = make_post(boris)
    window = load_window()
    fresh_packs([alma.pk])
    write_timeline(alma.pk, Timeline(1, 1, []))

    def follow_meanwhile(execute: Execute, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if "pack.followees" in sql and not followed:
            followed.append(follow_user(alma, boris))
        return answer

    followed: list[object] = []
    with connection.execute_wrapper(follow_meanwhile):
        build_people([alma.pk], window)

    assert feeds_of(alma) == {"alma": None}
    time.sleep(0.005)  # what is dropped in the millisecond of a build is left out of it
    build_people([alma.pk], load_window())
    assert feeds_of(alma) == {"alma": [post.pk]}


def test_feeds_of_people_who_became_inactive_are_dropped(settings: Settings, settled: Settled, alma: User) -> None:
    gone, left_before = make_user("gone"), make_user("left")
    now = timezone.now()
    days = timedelta(days=settings.FEED_ACTIVE_DAYS)
    User.objects.filter(pk=gone.pk).update(last_seen_at=now - days - timedelta(minutes=30))
    User.objects.filter(pk=left_before.pk).update(last_seen_at=now - days * 3)
    for person in (alma, gone, left_before):
        write_timeline(person.pk, Timeline(1, 1, [5]))

    with settled():
        refresh_feeds(now)

    assert feeds_of(alma, gone, left_before) == {"alma": [], "gone": None, "left": [5]}


def test_finished_run_lets_go_what_no_feed_needs_any_more(settled: Settled, alma: User) -> None:
    now = time.time()
    valkey().zadd("feeds:hot", {"1:2": (now - 3 * 3600) * 1000, "1:3": (now - 3600) * 1000})
    valkey().zadd(READERS, {"7": now - READERS_KEPT_SECONDS - 60, "8": now - 60})

    with settled():
        refresh_feeds()

    assert [valkey().zrange("feeds:hot", 0, -1), valkey().zrange(READERS, 0, -1)] == [[b"1:3"], [b"8"]]


def test_runs_of_long_ago_are_deleted(settled: Settled, alma: User) -> None:
    now = timezone.now()
    for age in (RUNS_KEPT + timedelta(hours=2), RUNS_KEPT - timedelta(hours=2)):
        begin(now - age)

    refresh_feeds(now)

    assert [now - run.hour < RUNS_KEPT for run in FeedRun.objects.all()] == [True, True]
    assert FeedChunk.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hour", range(8))
def test_refresh_by_many_schedulers_at_once_is_done_once(hour: int) -> None:
    make_user("alma")

    queued = together([lambda: refresh_feeds(at(hour))] * 6)

    assert sorted(queued) == [0, 0, 0, 0, 0, 1]
    assert FeedRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_chunks_built_by_many_workers_at_once_are_each_built_once(monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    monkeypatch.setattr(refresh, "CHUNK", 2)
    for _ in range(7):
        make_user()
    begin()

    built = together([lambda chunk=chunk: build_chunk(chunk) for chunk in chunk_ids() * 3])  # type: ignore[misc]

    assert sorted(built) == [0] * 8 + [1, 2, 2, 2]
    run = FeedRun.objects.get()
    assert (run.built, run.finished_at is not None) == (7, True)
