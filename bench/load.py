"""A load generator in a process of its own: clients with one connection each.

They ask again once they are answered, or at a given rate whatever happens, many people in turn.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import IO, Any, cast


@dataclass(frozen=True)
class Run:
    """What the clients saw: seconds for each answer in ascending order, and how long it took altogether."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]


@dataclass
class Generator:
    """Drives one site on this machine."""

    port: int
    process: "subprocess.Popen[str]"

    def run(
        self,
        path: str,
        headers: dict[str, str] | Sequence[dict[str, str]],
        *,
        clients: int,
        seconds: float,
        rate: float = 0,
        method: str = "GET",
    ) -> Run:
        """Ask for `path` over and over, with the headers of one person or of several in turn.

        With a `rate` so many times a second: an answer's time then counts from when its question was due.
        RuntimeError at the first answer that is not 200.
        """
        people = [headers] if isinstance(headers, dict) else headers
        requests = [self._request(method, path, each) for each in people]
        job = {"port": self.port, "requests": requests, "clients": clients, "seconds": seconds, "rate": rate}
        sink, source = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        sink.write(json.dumps(job) + "\n")
        sink.flush()
        done = json.loads(source.readline())
        if done["problem"]:
            raise RuntimeError(f"{path}: {done['problem']}")
        return Run(done["latencies"], done["seconds"])

    def _request(self, method: str, path: str, headers: dict[str, str]) -> str:
        sent = {"Host": f"localhost:{self.port}", **headers} | ({"Content-Length": "0"} if method != "GET" else {})
        return "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""])


@contextmanager
def load_generator(port: int) -> Iterator[Generator]:
    command = [sys.executable, "-m", "bench.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Generator(port, process)


# --- The other process ---


@dataclass
class Client(asyncio.Protocol):
    """One connection. `finished` is set at the first answer after `until`, or with an error.

    With a `pause` a question is due every so many seconds from `due` on.
    """

    requests: Iterator[bytes]
    until: float
    due: float
    pause: float
    finished: "asyncio.Future[None]"
    latencies: list[float] = field(default_factory=list)
    buffer: bytearray = field(default_factory=bytearray)
    wanted: int = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.buffer.clear()
        self.wanted = 0
        now = time.perf_counter()
        if self.pause and now < self.due:
            asyncio.get_running_loop().call_later(self.due - now, self._ask_now)
        else:
            self._ask_now()

    def _ask_now(self) -> None:
        self.asked = time.perf_counter()
        if self.pause:
            self.asked = min(self.asked, self.due)
            self.due += self.pause
        if not self.finished.done():
            self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.wanted and not self._read_head():
            return
        if len(self.buffer) < self.wanted:
            return
        now = time.perf_counter()
        self.latencies.append(now - self.asked)
        if now < self.until:
            self._ask()
        else:
            self._end(None)

    def _read_head(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self.buffer[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            self._end(RuntimeError(head.partition(b"\r\n")[0].decode()))
            return False
        self.wanted = end + 4 + int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the server closed the connection"))

    def _end(self, problem: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(problem) if problem else self.finished.set_result(None)
        self.transport.close()


async def drive(port: int, requests: list[str], clients: int, seconds: float, rate: float) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    until = started + seconds
    turns = cycle([request.encode() for request in requests])
    pause = clients / rate if rate else 0.0
    crew = [
        Client(turns, until, started + pause * number / clients, pause, loop.create_future())
        for number in range(clients)
    ]
    for client in crew:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    try:
        await asyncio.wait_for(asyncio.gather(*(client.finished for client in crew)), seconds + 30)
    except (OSError, RuntimeError, TimeoutError) as error:
        return {"problem": str(error) or type(error).__name__}
    latencies = sorted(latency for client in crew for latency in client.latencies)
    return {"problem": "", "latencies": latencies, "seconds": time.perf_counter() - started}


def main() -> None:
    """One job a line on standard input, one result a line on standard output."""
    for line in sys.stdin:
        print(json.dumps(asyncio.run(drive(**json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
