"""Slow senders in a process of their own: each sends an upload a thousand bytes a second, and never ends."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

PIECE = b"\xff\xd8\xff\xe0".ljust(1000, b"\xff")  # as a JPEG begins, or nobody would take the rest
EVERY = 1.0  # seconds between two pieces
AGAIN = 5.0  # seconds until a sender that was put off comes again
LENGTH = 9 * 1024**2  # that each announces
SETTLE = 2.0  # seconds in which the server keeps what broke off


@dataclass
class Trickle:
    """`sending` were at work and `refused` put off at the time of `count`."""

    process: "subprocess.Popen[str]"
    sending: int = 0
    refused: int = 0

    def count(self) -> None:
        self.sending, self.refused = _ask(self.process, "count")


@contextmanager
def trickle(port: int, targets: Sequence[tuple[str, str]]) -> Iterator[Trickle]:
    """One sender for each path and token; the body begins when each is sending, or was put off."""
    command = [sys.executable, "-m", "bench.trickle"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            _ask(process, json.dumps({"port": port, "targets": list(targets)}))
            yield Trickle(process)
        finally:
            process.kill()
    time.sleep(SETTLE)


def _ask(process: "subprocess.Popen[str]", line: str) -> tuple[int, int]:
    sink, source = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
    sink.write(f"{line}\n")
    sink.flush()
    sending, refused = json.loads(source.readline())
    return sending, refused


# --- The other process ---


@dataclass
class Sender:
    """One upload and its token."""

    port: int
    path: str
    token: str
    state: str = "not yet"  # then "sending" or "refused"

    async def run(self) -> None:
        """For ever. Whom the server puts off comes again after a while, as clients do."""
        while True:
            offset = await self._offset()
            await self._send(offset)
            self.state = "refused"
            await asyncio.sleep(AGAIN)

    async def _offset(self) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._head("HEAD", "Connection: close"))
        head = (await reader.read()).lower()
        writer.close()
        return int(head.partition(b"upload-offset:")[2].partition(b"\r\n")[0])

    async def _send(self, offset: int) -> None:
        """Returns when the server answers, which it does only to those it does not let in."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        length = f"Content-Length: {LENGTH}"
        body = ("Content-Type: application/offset+octet-stream", f"Upload-Offset: {offset}", length)
        writer.write(self._head("PATCH", *body))
        answer = asyncio.create_task(reader.read(1))
        while not answer.done():
            writer.write(PIECE)
            await asyncio.wait([answer], timeout=EVERY)
            if not answer.done():
                self.state = "sending"
        writer.close()

    def _head(self, method: str, *more: str) -> bytes:
        lines = [f"{method} {self.path} HTTP/1.1", f"Host: localhost:{self.port}", "Tus-Resumable: 1.0.0"]
        return "\r\n".join([*lines, f"Authorization: Bearer {self.token}", *more, "", ""]).encode()


async def serve() -> None:
    """The job is the first line on standard input; every later line asks how many are sending and how many put off."""
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    job = json.loads(await lines.readline())
    senders = [Sender(job["port"], path, token) for path, token in job["targets"]]
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    while any(sender.state == "not yet" for sender in senders):
        await asyncio.sleep(0.05)
        for task in filter(asyncio.Task.done, tasks):
            task.result()
    while True:
        states = [sender.state for sender in senders]
        print(json.dumps([states.count("sending"), states.count("refused")]), flush=True)
        await lines.readline()


if __name__ == "__main__":
    asyncio.run(serve())
