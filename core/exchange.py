"""A whole exchange with an address that somebody else chose: any method, a body of bytes and files, a bounded answer.

Who may be asked, and how the connection is made, is said in `core.outbound`.
"""

import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.outbound import Answer, NoAnswer, Target, opened, read_head, receive, request_head, time_left

CHUNK = 64 * 1024
LONGEST_ANSWER = 1024**2  # bytes of a body, unless a request says otherwise

Body = Sequence[bytes | Path]  # one after the other; files are read as they are sent


@dataclass(frozen=True, slots=True)
class Request:
    """What to send, and how long to wait: `seconds` are for all together. Longer answers than `longest` are none."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = ()
    seconds: float = 15.0
    longest: int = LONGEST_ANSWER


def exchange(target: Target, request: Request) -> Answer:
    """The answer with its body. NoAnswer when there was none in time, or none that is HTTP."""
    until, is_sent = time.monotonic() + request.seconds, False
    try:
        with opened(target, until) as connection:
            head = request_head(request.method, target, request.headers, _length(request.body))
            is_sent = _send(connection, head, request.body, until)
            answer, rest = read_head(connection, until)
            if request.method == "HEAD" or answer.status in (204, 304):
                return answer
            return replace(answer, body=_read_body(connection, answer, rest, (until, request.longest)))
    except (OSError, ValueError) as error:  # ssl's and socket's errors are OSErrors
        raise NoAnswer(type(error).__name__, is_sent=is_sent) from error


def _length(body: Body) -> int:
    return sum(part.stat().st_size if isinstance(part, Path) else len(part) for part in body)


def _send(connection: ssl.SSLSocket, head: bytes, body: Body, until: float) -> bool:
    """Whether all went; who hangs up in between may have said why, which is left to be read."""
    try:
        _send_part(connection, head, until)
        for part in body:
            if isinstance(part, Path):
                with part.open("rb") as file:
                    while chunk := file.read(CHUNK):
                        _send_part(connection, chunk, until)
            else:
                _send_part(connection, part, until)
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        return False
    return True


def _send_part(connection: ssl.SSLSocket, data: bytes, until: float) -> None:
    for start in range(0, len(data), CHUNK):
        connection.settimeout(time_left(until))
        connection.sendall(data[start : start + CHUNK])


def _read_body(connection: ssl.SSLSocket, answer: Answer, rest: bytes, bounds: tuple[float, int]) -> bytes:
    """The whole body, however its end is told; ValueError for one that is cut off, or longer than bounds[1]."""
    until, longest = bounds
    is_chunked = answer.headers.get("transfer-encoding", "").strip().lower() == "chunked"
    announced = answer.headers.get("content-length", "").strip()
    length = int(announced) if announced.isascii() and announced.isdigit() and not is_chunked else None
    received = bytearray(rest)
    while not _is_whole(received, length, is_chunked):
        if len(received) > 2 * longest + 4096:  # chunks are a little longer than what is in them
            raise ValueError("too long an answer")
        more = receive(connection, until)
        if not more:
            break
        received += more
    body = _joined(bytes(received)) if is_chunked else bytes(received[:length])
    if length is not None and len(body) < length:
        raise ValueError("cut off")
    if len(body) > longest:
        raise ValueError("too long an answer")
    return body


def _is_whole(received: bytearray, length: int | None, is_chunked: bool) -> bool:
    if not is_chunked:
        return length is not None and len(received) >= length
    try:
        return received.endswith(b"0\r\n\r\n") and _joined(bytes(received)) is not None
    except ValueError:
        return False


def _joined(chunks: bytes) -> bytes:
    """What stands in the chunks of RFC 9112, 7.1; ValueError for what are none."""
    parts: list[bytes] = []
    while True:
        line, separator, chunks = chunks.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if not separator or size < 0 or len(chunks) < size + 2 * bool(size):
            raise ValueError("cut off")
        if not size:
            return b"".join(parts)
        parts.append(chunks[:size])
        chunks = chunks[size + 2 :]
