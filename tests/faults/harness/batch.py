"""The uploads of one row of the table: four apps send pictures while something is broken."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.models import User
from core.connections import release_connection
from photos.models import Media
from tests.faults.harness.client import App, GivenUp
from tests.faults.harness.ledger import Kept, Ledger
from tests.faults.harness.machine import Machine
from tests.faults.harness.pictures import draw

if TYPE_CHECKING:
    Script = Callable[[Machine, "Batch"], Iterator[None]]

CLIENTS = 4
TICK = 0.01  # seconds
LOOK_EVERY = 0.5  # seconds between questions to the database
ROW_ENDS_BY = 420.0
UNFINISHED = (Media.State.RECEIVED, Media.State.PROCESSING)


@dataclass(frozen=True)
class Row:
    """One line of the table: what is broken, how, and the script that does it; each `yield` of it is a moment."""

    name: str
    what: str
    how: str
    script: "Script"
    posts: Callable[[int], bool] = lambda number: True  # whether the picture of this number is posted

    @property
    def title(self) -> str:
        return f"{self.name} {self.how}".strip()


@dataclass
class Person:
    user: User
    app: App


@dataclass
class Batch:
    """`wanted` uploads, and more as long as `goes_on`. `faulted` is how many faults its uploads had to go through."""

    row: Row
    people: list[Person]
    ledger: Ledger
    seed: int
    first: int  # number of its first picture
    wanted: int
    goes_on: bool = False
    faulted: int = 0
    began: float = field(default_factory=time.time)
    last_fault: float = 0.0
    problems: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    in_hand: set[int] = field(default_factory=set)  # pictures that an app holds and nobody has acknowledged
    begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _apps: "list[Future[None]]" = field(default_factory=list)

    @property
    def done(self) -> bool:
        return bool(self._apps) and all(app.done() for app in self._apps)

    @property
    def trouble(self) -> Counter[str]:
        return sum((person.app.trouble for person in self.people), Counter())

    def run(self, machine: Machine) -> None:
        """Until the script and every app have come to their end; whatever dies meanwhile is started again."""
        deadline = time.monotonic() + ROW_ENDS_BY
        with ThreadPoolExecutor(CLIENTS) as pool:
            self._apps = [pool.submit(self._use, person, number) for number, person in enumerate(self.people)]
            for _ in self._moments(self.row.script(machine, self)):
                machine.keep()
                time.sleep(TICK)
                if time.monotonic() > deadline:
                    self.problems.append(f"did not end within {ROW_ENDS_BY:.0f} s")
                    break
            self.goes_on, self.wanted = False, self.begun
            while not self.done:
                machine.keep()
                time.sleep(TICK)
        for app in self._apps:
            app.result()

    def note_fault(self, count: int = 1) -> None:
        """So many more faults, the last one now."""
        self.faulted += count
        self.last_fault = time.time()

    def unfinished(self) -> int:
        """Uploads that an app still holds or the worker has not finished."""
        release_connection()
        ids = [int(each.media_id) for each in self.kept]
        return len(self.in_hand) + Media.objects.filter(pk__in=ids, state__in=UNFINISHED).count()

    def untried(self) -> int:
        """Acknowledged uploads that no worker has touched."""
        release_connection()
        ids = [int(each.media_id) for each in self.kept]
        return Media.objects.filter(pk__in=ids, state=Media.State.RECEIVED, attempts=0).count()

    def _moments(self, script: Iterator[None]) -> Iterator[None]:
        yield from script
        while not self.done:
            yield

    def _use(self, person: Person, index: int) -> None:
        """What one app does all the time."""
        while (number := self._next()) is not None:
            try:
                self._upload(person, index, number)
            except GivenUp as error:
                self.problems.append(f"picture {number}: {error}")
            finally:
                self.in_hand.discard(number)

    def _upload(self, person: Person, index: int, number: int) -> None:
        picture = draw(self.seed, number)
        media_id = person.app.keep(picture, resumable=number % 2 == 0)
        kept = Kept(self.row.title, index, number, media_id, picture.sha256, picture.size)
        self.ledger.note(kept)
        self.kept.append(kept)
        self.in_hand.discard(number)
        if self.row.posts(number):
            self.ledger.note_post(kept, person.app.post(media_id, self.row.title))

    def _next(self) -> int | None:
        with self._lock:
            if self.begun >= self.wanted and not self.goes_on:
                return None
            number = self.first + self.begun
            self.begun += 1
            self.in_hand.add(number)
            return number


def until(condition: Callable[[], bool], *, seconds: float = 120.0, every: float = TICK) -> Iterator[None]:
    """Moments until it is so, or the time is over."""
    deadline, look_at = time.monotonic() + seconds, 0.0
    while time.monotonic() < deadline:
        if time.monotonic() >= look_at:
            if condition():
                return
            look_at = time.monotonic() + every
        yield


def pause(seconds: float) -> Iterator[None]:
    return until(lambda: False, seconds=seconds)
