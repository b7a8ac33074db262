import logging
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app, shared_task
from django.db import transaction
from django.dispatch import Signal
from pytest_django import DjangoCaptureOnCommitCallbacks

from core.events import enqueue, send_after_commit
from tests.away import queue_away
from tests.conftest import Settled
from tests.queue import run_queue

pytestmark = pytest.mark.django_db

ran: list[dict[str, Any]] = []


@shared_task(name="tests.note")
def note(**arguments: Any) -> None:
    ran.append(arguments)


@pytest.fixture
def heard() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def signal(heard: list[dict[str, Any]]) -> Signal:
    made = Signal()
    made.connect(lambda sender, signal, **news: heard.append(news), weak=False)
    return made


def test_signal_is_sent_after_the_commit(
    signal: Signal, heard: list[dict[str, Any]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        send_after_commit(signal, post_id=7)
        before = list(heard)

    assert (before, heard) == ([], [{"post_id": 7}])


def test_signal_of_a_transaction_that_fails_is_not_sent(
    signal: Signal, heard: list[dict[str, Any]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        send_after_commit(signal, post_id=7)
        1 // 0  # noqa: B018

    assert heard == []


def test_receiver_that_fails_is_logged_and_stops_no_other(
    settled: Settled, heard: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    signal = Signal()
    signal.connect(_fail, weak=False)
    signal.connect(lambda sender, signal, **news: heard.append(news), weak=False)

    with settled():
        send_after_commit(signal, post_id=7)

    assert heard == [{"post_id": 7}]
    assert [(each.name, each.levelname) for each in caplog.records] == [("django.dispatch", "ERROR")]
    assert "_fail" in caplog.text


def _fail(sender: Any, **news: Any) -> None:
    raise ZeroDivisionError


def test_task_is_queued_after_the_commit_with_its_arguments(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    ran.clear()
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("tests.note", post_id=7)
        before = run_queue()

    assert (before, run_queue(), ran) == (0, 1, [{"post_id": 7}])


def test_task_of_a_transaction_that_fails_is_not_queued(settled: Settled) -> None:
    ran.clear()
    with settled(), pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("tests.note", post_id=7)
        1 // 0  # noqa: B018

    assert ran == []


def test_task_with_the_queue_away_is_stays_in_the_outbox_and_is_logged(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, caplog: pytest.LogCaptureFixture
) -> None:
    with queue_away(), django_capture_on_commit_callbacks(execute=True) as done:
        enqueue("tests.note", post_id=7)

    assert len(done) == 1
    assert ("core.events", logging.WARNING, "the queue is away; left to the outbox") in caplog.record_tuples


def test_queue_that_came_back_takes_tasks_again(
    settled: Settled, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ran.clear()
    with queue_away(), django_capture_on_commit_callbacks(execute=True):
        enqueue("tests.note", post_id=7)

    with settled():
        enqueue("tests.note", post_id=8)

    assert ran == [{"post_id": 8}]


def test_tasks_are_json_and_survive_the_loss_of_their_worker() -> None:
    conf = current_app.conf

    assert (conf.task_serializer, list(conf.accept_content)) == ("json", ["json"])
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
