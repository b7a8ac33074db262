"""Keeps a few processes running together and stops them in order."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

from engines.errors import Refusal
from engines.processes import POLL, Environment, finish, tail
from engines.progress import Console

SETTLED = 60.0  # seconds after which a process counts as healthy again
LONGEST_PAUSE = 30.0
LOOK_EVERY = 0.5
LOG_LIMIT = 20 * 1024 * 1024


class Stopped(BaseException):
    """The person (Ctrl-C) or the system (SIGTERM, SIGHUP) asked for the end."""


class Engine(Protocol):
    """What a Part needs to know of Postgres and Valkey."""

    name: str
    log: Path
    stop_signal: signal.Signals
    patience: float

    def start(self, environment: Environment) -> "subprocess.Popen[bytes]": ...


@dataclass
class Part:
    """One process to keep: how it is started and stopped, and what its recent life was like."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    is_engine: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    start_again_at: float = 0.0
    log_began: int = 0

    @classmethod
    def of(cls, engine: Engine, environment: Environment) -> "Part":
        start = partial(engine.start, environment)
        return cls(engine.name, start, engine.log, engine.stop_signal, engine.patience, is_engine=True)

    def launch(self) -> None:
        self.log_began = self.log.stat().st_size if self.log.exists() else 0
        self.process = self.start()
        self.started = time.monotonic()

    def last_words(self) -> str:
        """The end of its log, of its present life only."""
        return f"The end of {self.log}:\n{tail(self.log, since=self.log_began)}"

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None


@dataclass
class Supervisor:
    """The parts of one run."""

    console: Console
    parts: list[Part] = field(default_factory=list)
    also: list[Callable[[], None]] = field(default_factory=list)  # done at every look

    def add(self, part: Part) -> Part:
        keep_short(part.log)
        self.parts.append(part)
        part.launch()
        return part

    def wait_until(self, part: Part, is_ready: Callable[[], bool], *, seconds: float) -> None:
        """Returns when `is_ready`. Refusal with the end of the log when the part ends before, or takes too long."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if part.has_ended():
                raise Refusal(f"{part.name} does not start. {part.last_words()}")
            if time.monotonic() > deadline:
                raise Refusal(f"{part.name} is not ready after {seconds:.0f} s. {part.last_words()}")
            time.sleep(POLL)

    def watch(self) -> None:
        """Runs until `Stopped` is raised."""
        while True:
            time.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """A part that has ended is reported and started again, later each time."""
        for part in self.parts:
            self.look_at(part, now=time.monotonic())
        for look in self.also:
            look()

    def look_at(self, part: Part, *, now: float) -> None:
        if part.process is None:
            if now >= part.start_again_at:
                part.launch()
                self.console.say(f"  {part.name} runs again")
        elif part.has_ended():
            self._bury(part, now)

    def stop_all(self) -> None:
        """Ends the site's processes, then the engines they need; those of one kind at the same time."""
        for kind in (False, True):
            running = [part for part in self.parts if part.is_engine is kind and part.process is not None]
            for part in running:
                part.ask_to_stop()
            for part in running:
                if part.process is not None and not finish(part.process, patience=part.patience):
                    self.console.say(f"  {part.name} did not stop within {part.patience:.0f} s and was killed")
        self.parts.clear()

    def _bury(self, part: Part, now: float) -> None:
        process = part.process
        if process is None:
            return
        finish(process, patience=0)  # its own children must not outlive it
        part.failures = 1 if now - part.started > SETTLED else part.failures + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (part.failures - 1))
        part.process, part.start_again_at = None, now + pause
        self.console.say(f"! {part.name} ended ({_reason(process.returncode)}); starting it again in {pause:.0f} s.")
        self.console.say(f"  {part.last_words()}")


def stop_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise `Stopped` in the main thread, once."""

    def handle(number: int, frame: FrameType | None) -> None:
        ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handle)


def ignore_signals() -> None:
    """While everything is being stopped: a second Ctrl-C must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def keep_short(log: Path) -> None:
    """A log over the limit becomes NAME.1, in place of the one before."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_name(f"{log.name}.1"))


def _reason(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
