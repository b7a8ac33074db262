"""Reading a feed while 200 files come in at 1 kB/s, into processes of their own and into those that are read from."""

from dataclasses import dataclass, field
from statistics import median

from accounts.models import User
from accounts.services.sign_up import sign_up
from accounts.services.tokens import create_token
from bench.content import make_reader
from bench.load import Generator, Run, load_generator
from bench.site import PORT, UPLOAD_PORT, send
from bench.tables import print_table
from bench.trickle import Trickle, trickle
from photos.services.resumable import Described, create_upload

SENDERS = 200
PEOPLE = 4  # who share them
SIZE = 10 * 1024**2  # of each file, none of which is ever complete
ROUNDS = 7
SECONDS = 2.0  # of each run
CLIENTS = 4
GOAL = 1.5
HEADS = ("uploads go to", "being sent", "put off", "p50 idle ms", "p50 ms", "p95 idle ms", "p95 ms", "p95 times idle")
PATH = "/rest/v1/feed?limit=20"


@dataclass
class Rounds:
    """Runs without and with slow uploads, by turns."""

    idle: list[Run] = field(default_factory=list)
    loaded: list[Run] = field(default_factory=list)
    last: Trickle | None = None

    def milliseconds(self, share: float) -> tuple[float, float]:
        """Medians over the rounds of this percentile: idle, loaded."""
        idle, loaded = (median(run.percentile(share) for run in runs) for runs in (self.idle, self.loaded))
        return idle * 1000, loaded * 1000

    def ratio(self) -> float:
        pairs = zip(self.idle, self.loaded, strict=True)
        return median(loaded.percentile(0.95) / idle.percentile(0.95) for idle, loaded in pairs)


def main() -> None:
    """RuntimeError when slow uploads to a pool of their own cost the readers more than GOAL times their idle p95."""
    reader = make_reader()
    headers = {"Authorization": f"Bearer {reader.token}"}
    targets = make_targets()
    send("GET", PATH, headers)
    with load_generator(PORT) as generator:
        pools = {"a pool of their own (ROLE=upload)": UPLOAD_PORT, "the same processes (ROLE=all)": PORT}
        rounds = {name: compare(generator, headers, port, targets) for name, port in pools.items()}
    title = f"p95 of reading a feed of 20 posts, {CLIENTS} readers, {SENDERS} uploads at 1 kB/s; goal {GOAL}"
    print_table(title, HEADS, [row(name, each) for name, each in rounds.items()])
    worst = rounds["a pool of their own (ROLE=upload)"].ratio()
    if worst > GOAL:
        raise RuntimeError(f"the p95 with slow uploads is {worst:.2f} times the idle one, more than {GOAL}")


def make_targets() -> list[tuple[str, str]]:
    """Path and token of each upload that is open and waits for its bytes."""
    people = [_person(number) for number in range(PEOPLE)]
    tokens = [create_token(person, scopes=["read", "write"])[1] for person in people]
    targets = []
    for number in range(SENDERS):
        upload = create_upload(people[number % PEOPLE], size=SIZE, described=Described())
        targets.append((f"/rest/v1/uploads/{upload.pk}", tokens[number % PEOPLE]))
    return targets


def compare(generator: Generator, headers: dict[str, str], port: int, targets: list[tuple[str, str]]) -> Rounds:
    rounds = Rounds()
    generator.run(PATH, headers, clients=CLIENTS, seconds=1)  # warms up
    for _ in range(ROUNDS):
        rounds.idle.append(generator.run(PATH, headers, clients=CLIENTS, seconds=SECONDS))
        with trickle(port, targets) as slow:
            rounds.loaded.append(generator.run(PATH, headers, clients=CLIENTS, seconds=SECONDS))
            slow.count()
        rounds.last = slow
    return rounds


def row(name: str, rounds: Rounds) -> list[object]:
    sending, refused = (rounds.last.sending, rounds.last.refused) if rounds.last else (0, 0)
    (p50_idle, p50), (p95_idle, p95) = rounds.milliseconds(0.5), rounds.milliseconds(0.95)
    return [name, sending, refused, p50_idle, p50, p95_idle, p95, rounds.ratio()]


def _person(number: int) -> User:
    return sign_up(username=f"sender{number}", email=f"sender{number}@example.org", password="kiln-shelf-93")  # noqa: S106
