"""Two questions asked in turn, so that whatever slows the machine slows both."""

import statistics
import time
from collections.abc import Callable


def medians(first: Callable[[], object], second: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """The medians of how long each took, in milliseconds."""
    took: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for times, ask in zip(took, (first, second), strict=True):
            started = time.perf_counter()
            ask()
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(took[0]), statistics.median(took[1])
