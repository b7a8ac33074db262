"""Words for the person at the terminal: finished steps, and what is going on while a step takes time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
LINE_AFTER = 1.0
LINE_EVERY = 10.0
WIDTH = 100


class Step:
    """A piece of work under way. `detail` says what it is busy with."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self.started = time.monotonic()

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def line(self) -> str:
        text = f"{self.title} · {self.detail}" if self.detail else self.title
        return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


class Console:
    """Writes to a terminal (spinner, redrawn in place) or to a pipe (plain lines, at most one in ten seconds)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.is_terminal = self.stream.isatty()
        encoding = (self.stream.encoding or "ascii").lower()
        self.is_plain = "utf" not in encoding

    def say(self, text: str = "") -> None:
        """A line of its own; a spinner that turns meanwhile goes on below it."""
        self._clear()
        self._write(text + "\n")

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Shows `title` while the block runs and says how long it took. A failure is marked and raised on."""
        step = Step(title)
        finished = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(step, finished), daemon=True)
        watcher.start()
        mark = "✗"
        try:
            yield step
            mark = "✓"
        finally:
            finished.set()
            watcher.join()
            self._clear()
            took = f"  {step.seconds():.1f} s" if step.seconds() >= LINE_AFTER else ""
            self.say(f"{mark} {step.title}{took}")

    def _watch(self, step: Step, finished: threading.Event) -> None:
        if self.is_terminal:
            self._spin(step, finished)
        else:
            self._report(step, finished)

    def _spin(self, step: Step, finished: threading.Event) -> None:
        turn = 0
        while not finished.wait(0.1):
            turn += 1
            self._clear()
            self._write(f"{FRAMES[turn % len(FRAMES)]} {step.line()}  {step.seconds():.0f} s")

    def _report(self, step: Step, finished: threading.Event) -> None:
        pause = LINE_AFTER
        while not finished.wait(pause):
            self.say(f"  {step.line()}  {step.seconds():.0f} s")
            pause = LINE_EVERY

    def _clear(self) -> None:
        if self.is_terminal:
            self._write("\r\x1b[2K")

    def _write(self, text: str) -> None:
        if self.is_plain:
            text = text.replace("✓", "ok").replace("✗", "FAILED").replace("·", "-")
            text = text.encode("ascii", "replace").decode()
        try:
            self.stream.write(text)
            self.stream.flush()
        except (BrokenPipeError, OSError):
            pass  # nobody reads any more (a closed terminal): the work itself goes on
