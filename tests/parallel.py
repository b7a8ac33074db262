"""Real threads with connections and transactions of their own, let go at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What each of `jobs` returns, in their order; all start at once. The first error is raised when all have ended.

    The test needs `django_db(transaction=True)`: threads see only what is committed.
    """
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        try:
            barrier.wait(timeout=30)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
