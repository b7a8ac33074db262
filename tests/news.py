"""Hearing what the apps tell each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal


@contextmanager
def heard(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    """`with heard(post_published) as news:` collects the arguments of each time it is sent."""
    news: list[dict[str, Any]] = []

    def listen(sender: Any, signal: Any = None, **arguments: Any) -> None:
        news.append(arguments)

    signal.connect(listen, weak=False)
    try:
        yield news
    finally:
        signal.disconnect(listen)
