"""Asking a network, in the way of `core.exchange`, and reading what it answers."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings

from core.exchange import Body, Request, exchange
from core.outbound import AddressRefused, NoAnswer, Trust, find_target
from core.text import clean_line
from core.times import seconds_wanted
from sharing.networks.base import NotKnown, Refused, TokenExpired, TryLater

SECONDS = 20.0
UPLOAD_SECONDS = 120.0  # for a picture
FILM_SECONDS = 900.0
LONGEST_WORDS = 200
LONGEST_PAUSE = 24 * 3600

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Content:
    """The body of a request and what it is."""

    kind: str = ""
    body: Body = ()


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file in a form; without a `name` it is a field that has a type."""

    field: str
    name: str
    kind: str
    data: bytes | Path


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered; `data` is the object in it, empty where there is none."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def data(self) -> dict[str, Any]:
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


NOTHING = Content()


def ask(
    method: str,
    url: str,
    content: Content = NOTHING,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> Reply:
    """The answer, whatever it says. TryLater when nobody answers; NotKnown when a POST was sent whole, and no more."""
    trust = Trust(settings.CONNECTOR_ALLOWED_HOSTS, settings.CONNECTOR_CA_FILE)
    usual = {"Accept": "application/json", "User-Agent": f"{settings.ORIGIN_HOST} (cross-posting)"}
    kind = {"Content-Type": content.kind} if content.kind else {}
    request = Request(method, {**usual, **kind, **(headers or {})}, content.body, seconds)
    try:
        answer = exchange(find_target(url, trust), request)
    except (AddressRefused, NoAnswer) as error:
        if method != "GET" and isinstance(error, NoAnswer) and error.is_sent:
            raise NotKnown from error
        raise TryLater("unreachable", "The network could not be reached.") from error
    return Reply(answer.status, answer.headers, answer.body)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def form(fields: Fields) -> Content:
    return Content("application/x-www-form-urlencoded", (urlencode(fields).encode(),))


def json(value: Any) -> Content:
    return Content("application/json", (orjson.dumps(value),))


def multipart(fields: Fields, *files: FilePart) -> Content:
    """A form with files in it (RFC 7578); names of fields and files are ours and need no escaping."""
    boundary = secrets.token_hex(16)
    parts: list[bytes | Path] = []
    for name, value in fields:
        parts.append(_part(boundary, f'name="{name}"') + value.encode() + b"\r\n")
    for file in files:
        what = f'name="{file.field}"' + (f'; filename="{file.name}"' if file.name else "")
        parts += [_part(boundary, what, file.kind), file.data, b"\r\n"]
    return Content(f"multipart/form-data; boundary={boundary}", (*parts, f"--{boundary}--\r\n".encode()))


def _part(boundary: str, what: str, kind: str = "") -> bytes:
    more = f"Content-Type: {kind}\r\n" if kind else ""
    return f"--{boundary}\r\nContent-Disposition: form-data; {what}\r\n{more}\r\n".encode()


def check(reply: Reply, words: str = "") -> Reply:
    """`reply` if it is good, else the error that its status means; `words` are the network's own.

    A failure inside the network itself leaves open what it did, but for 503, which did nothing.
    """
    if reply.is_good:
        return reply
    if reply.status == 401:
        raise TokenExpired
    if reply.status == 429:
        raise TryLater("rate_limited", "The network asks to wait.", seconds=pause_of(reply.headers))
    if reply.status == 503:
        raise TryLater("network_down", "The network is down at the moment.", seconds=pause_of(reply.headers))
    if reply.status >= 500 or reply.status == 408:
        raise NotKnown
    raise refused(words, str(reply.status))


def refused(words: str, code: str) -> Refused:
    said = clean_line(words.replace("\0", ""))[:LONGEST_WORDS]
    return Refused(f"refused_{code}"[:40], f"The network refused it: {said}" if said else "The network refused it.")


def pause_of(headers: Mapping[str, str]) -> int:
    """Seconds that the network wants to be left alone: `Retry-After`, or when its limit begins anew (a time, or a
    number of seconds since 1970).
    """
    wanted = seconds_wanted(headers.get("retry-after", ""))
    resets = (headers.get(name, "") for name in ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"))
    return min(max(0, wanted, *(_until(reset) for reset in resets)), LONGEST_PAUSE)


def _until(moment: str) -> int:
    now = datetime.now(UTC)
    try:
        if moment.isascii() and moment.isdigit():
            number = int(moment[:12])
            return number - int(now.timestamp()) if number > 10**9 else number
        return int((datetime.fromisoformat(moment) - now).total_seconds())
    except (ValueError, OverflowError, TypeError):
        return 0
