"""How far a long command is: a bar that is drawn anew on a terminal, plain lines now and then anywhere else."""

import time

from django.core.management.base import OutputWrapper

from feeds.ranking import span_text

WIDTH = 30
DRAWN_EVERY = 0.2  # seconds
LINE_EVERY = 10.0


class Progress:
    """Counts up to `total`. What is counted is said by `what`, as in "feeds built"."""

    def __init__(self, out: OutputWrapper, total: int, what: str) -> None:
        self._out, self._total, self._what = out, total, what
        self._started = time.monotonic()
        self._is_terminal = out.isatty()
        self._said_at = self._started
        self.done = 0

    def advance(self, number: int) -> None:
        self.done += number
        now = time.monotonic()
        if now - self._said_at >= (DRAWN_EVERY if self._is_terminal else LINE_EVERY):
            self._said_at = now
            self._say(self.line(now - self._started), end="" if self._is_terminal else "\n")

    def finish(self) -> None:
        """Says how many there were, and on a terminal how long it took."""
        self._say(f"{self.done:,} of {self._total:,} {self._what}", end="\n")

    def line(self, seconds: float) -> str:
        """How far it is after so many seconds, how fast, and how long the rest takes at that pace."""
        share = self.done / self._total if self._total else 1.0
        rate = self.done / seconds if seconds else 0.0
        left = span_text(round((self._total - self.done) / rate)) if rate else "unknown time"
        bar = f"[{'#' * round(share * WIDTH):<{WIDTH}}] " if self._is_terminal else ""
        return f"{bar}{self.done:,} of {self._total:,} {self._what}, {rate:,.0f} a second, {left} left"

    def _say(self, text: str, *, end: str) -> None:
        self._out.write(f"\r\x1b[2K{text}" if self._is_terminal else text, ending=end)
        self._out.flush()
