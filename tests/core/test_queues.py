import pytest
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.events import queue_now
from core.queues import queue_lengths, queue_names
from tests.away import queue_away

NONE = {"builds": 0, "default": 0, "exports": 0, "feeds": 0, "mail": 0, "media": 0, "push": 0, "sharing": 0, "video": 0}


def test_queue_names_are_those_that_tasks_are_sent_to() -> None:
    assert queue_names() == list(NONE)


def test_queue_lengths_of_an_empty_broker_are_zero() -> None:
    assert queue_lengths() == NONE


def test_queue_lengths_count_what_waits_and_take_nothing() -> None:
    for number in range(3):
        queue_now("photos.process_media", media_id=number)
    queue_now("photos.process_video", media_id=7)

    assert queue_lengths() == queue_lengths() == {**NONE, "media": 3, "video": 1}


def test_queue_lengths_with_the_broker_away_are_an_error() -> None:
    with queue_away(), pytest.raises((OperationalError, RedisError)):
        queue_lengths()
