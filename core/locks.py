"""Locks between processes, kept by Postgres for one connection: whoever dies lets go."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


@contextmanager
def try_lock(name: str, number: int) -> Iterator[bool]:
    """Whether nobody else is inside with this name and number. Never waits."""
    key = _key(f"{name}:{number}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        row = cursor.fetchone()
    if not row or not row[0]:
        yield False
        return
    try:
        yield True
    finally:
        # A connection that broke has let go already.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def wait_for_lock(name: str) -> None:
    """Let the transactions that call this with the same name go on one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def _key(words: str) -> int:
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], signed=True)
