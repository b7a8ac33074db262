"""Whether Postgres is away, for those who answer without asking it: a thread asks once a second, and nobody waits.

The thread starts with the first question of a process and ends when nobody has asked for a while, so that processes
which never want to know keep no connection for it.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

EVERY = 1.0  # seconds between looks
PATIENCE = 2  # seconds for a connection or an answer
IDLE_LOOKS = 30  # without a question, after which the thread ends


@dataclass
class _Watch:
    """What one process knows. `wake` makes the thread look at once; `over` ends it."""

    away: bool = False
    answered: float = 0.0  # when it last did, on the monotonic clock; 0 without a thread
    asked: bool = False
    over: bool = False
    thread: threading.Thread | None = None
    wake: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


_watch = _Watch()


def is_away() -> bool:
    """Whether Postgres did not answer when it was last looked at, a second ago or so. Costs nothing, never raises.

    One that hangs is away, too. The first question of a process is answered with no.
    """
    watch = _watch
    watch.asked = True
    if watch.thread is None:
        _start(watch)
    return watch.away or time.monotonic() - watch.answered > EVERY + PATIENCE


def note_away() -> None:
    """A query has failed as it does when Postgres is gone: look now instead of within a second."""
    _watch.wake.set()


def stop_watching() -> None:
    """End the thread and its connection; the next question starts another."""
    watch = _begin_anew()
    thread = watch.thread
    watch.over = True
    watch.wake.set()
    if thread is not None:
        thread.join(2 * PATIENCE)


def _start(watch: _Watch) -> None:
    with watch.lock:
        if watch.thread is None:
            watch.answered = time.monotonic()
            arguments = (watch, connection.get_connection_params())
            watch.thread = threading.Thread(target=_look, args=arguments, name="postgres-watch", daemon=True)
            watch.thread.start()


def _look(watch: _Watch, where: dict[str, Any]) -> None:
    """Ask until nobody wants to know any more."""
    unasked = 0
    beside: psycopg.Connection | None = None
    while not watch.over and unasked < IDLE_LOOKS:
        beside = _ask(beside, where)
        watch.away = beside is None
        if beside is not None:
            watch.answered = time.monotonic()
        unasked = 0 if watch.asked else unasked + 1
        watch.asked = False
        watch.wake.wait(EVERY)
        watch.wake.clear()
    watch.thread = None
    _close(beside)


def _ask(beside: psycopg.Connection | None, where: dict[str, Any]) -> psycopg.Connection | None:
    """The connection that has answered, the same or a new one; None when there is none."""
    for candidate in (beside, None):
        known = candidate
        try:
            known = known or _connect(where)
            known.execute("SELECT 1")
        except (psycopg.Error, OSError):
            _close(known)
        else:
            return known
    return None


def _connect(where: dict[str, Any]) -> psycopg.Connection:
    ours = {"connect_timeout": PATIENCE, "options": f"-c statement_timeout={PATIENCE * 1000}"}
    return psycopg.connect(**{**where, **ours}, autocommit=True)


def _close(beside: psycopg.Connection | None) -> None:
    if beside is not None:
        beside.close()


def _begin_anew() -> _Watch:
    """Forget everything, as after a fork, which takes no thread along; returns what was known."""
    global _watch
    before, _watch = _watch, _Watch()
    return before


os.register_at_fork(after_in_child=_begin_anew)
