"""The one way to ask an address that somebody else chose: over https, at a public address, and little else.

The name is looked up once, every address behind it is checked, and the connection goes to one that was checked; the
certificate must be for the name. There are no redirects, no proxies, no cookies. `post` reads the head of an answer
alone; `core.exchange` sends any method and bodies of any size, and reads as much of the answer as is asked for.
"""

import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.parser import BytesParser
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings

LOOKUP_SECONDS = 3.0
LONGEST_URL = 2000
LONGEST_HEAD = 16 * 1024  # bytes of an answer that are read
_MOST_TRIED = 3  # addresses of one name
_PLAIN = re.compile(r"https://[!-~]+")
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+", re.IGNORECASE)
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_IN_PYTHON = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
_NOT_IN_PYTHON_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))

Address = IPv4Address | IPv6Address


class AddressRefused(Exception):
    """Nothing is sent there. It says the same whatever the reason, so that nobody learns what is behind an address."""

    def __init__(self) -> None:
        super().__init__("This address is not asked.")


class NoAnswer(Exception):
    """The other side could not be reached, was too slow, or did not speak HTTP.

    With `is_sent` it has had the whole request, so that it may have done what it was asked for.
    """

    def __init__(self, reason: str, *, is_sent: bool = False) -> None:
        super().__init__(reason)
        self.is_sent = is_sent


@dataclass(frozen=True, slots=True)
class Trust:
    """What the operator vouches for: `hosts` that need no public address, and a file with more signers, or ""."""

    hosts: frozenset[str] = frozenset()
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked; `places` are the addresses of the network behind its name, all of them checked."""

    host: str
    port: int
    path: str
    places: tuple[str, ...]
    ca_file: str = ""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"https://{self.authority}"


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have lower-case names; `body` is what was read of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def find_target(url: str, trust: Trust | None = None) -> Target:
    """What stands behind `url`, looked up now; AddressRefused for what must not be asked, or is not there.

    Without `trust` as the operator has it for push services.
    """
    trust = trust or Trust(settings.PUSH_ALLOWED_HOSTS, settings.PUSH_CA_FILE)
    host, port, path = _parts(url)
    is_known = {host, f"{host}:{port}"} & set(trust.hosts)
    if port != 443 and not is_known:
        raise AddressRefused
    places = _look_up(host, port)
    if not places or not (is_known or all(is_public(place) for place in places)):
        raise AddressRefused
    return Target(host, port, path, places, trust.ca_file)


def post(target: Target, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
    """The head of the answer to this POST. NoAnswer when there was none in `seconds`, all together."""
    until = time.monotonic() + seconds
    try:
        with opened(target, until) as connection:
            connection.settimeout(time_left(until))
            connection.sendall(request_head("POST", target, headers, len(body)) + body)
            return read_head(connection, until)[0]
    except (OSError, ValueError) as error:  # ssl's and socket's errors are OSErrors
        raise NoAnswer(type(error).__name__) from error


@contextmanager
def opened(target: Target, until: float) -> Iterator[ssl.SSLSocket]:
    """A connection to `target`, by whom it says it is; OSError when there is none by `until` (`time.monotonic`)."""
    with _connect(target, until) as plain, _secure(plain, target, until) as connection:
        yield connection


def is_public(place: str) -> bool:
    """Whether this address of the network is one of the internet's, in whatever form it is written.

    What carries an IPv4 address in an IPv6 one is none, but NAT64, by which networks without IPv4 reach it.
    """
    try:
        address: Address = ip_address(place)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address in _NAT64:
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    if isinstance(address, IPv4Address):
        special = address.is_multicast or any(address in network for network in _NOT_IN_PYTHON_4)
        return address.is_global and not special
    return address.is_global and address in _UNICAST and not any(address in network for network in _NOT_IN_PYTHON)


def _parts(url: str) -> tuple[str, int, str]:
    """Host, port and path of an https address that everybody reads in the same way; AddressRefused for any other."""
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url) or set(url) & set("\\#\"'<>^`{|}"):
        raise AddressRefused
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise AddressRefused from None
    if parts.username is not None or not _NAME.fullmatch(host) or port == 0:
        raise AddressRefused
    return host, port or 443, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _look_up(host: str, port: int) -> tuple[str, ...]:
    """The addresses behind a name, "" among them for one that cannot be; none when nobody answers in time.

    In a thread, as the system's resolver knows no limit.
    """
    found: SimpleQueue[tuple[str, ...]] = SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        found.put(tuple(dict.fromkeys(str(row[4][0]) for row in rows)))

    Thread(target=ask, daemon=True, name="look-up").start()
    try:
        return found.get(timeout=LOOKUP_SECONDS)
    except Empty:
        return ()


def _connect(target: Target, until: float) -> socket.socket:
    """To the first of its places that answers."""
    failed: OSError = OSError("no address")
    for place in target.places[:_MOST_TRIED]:
        try:
            return socket.create_connection((place, target.port), timeout=time_left(until))
        except OSError as error:
            failed = error
    raise failed


def _secure(plain: socket.socket, target: Target, until: float) -> ssl.SSLSocket:
    plain.settimeout(time_left(until))
    return _context(target.ca_file).wrap_socket(plain, server_hostname=target.host)


@cache
def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def request_head(method: str, target: Target, headers: Mapping[str, str], length: int) -> bytes:
    """All that stands before a body of so many bytes. ValueError for a header that would be more than one."""
    whole = {"Host": target.authority, **headers, "Content-Length": str(length), "Connection": "close"}
    lines = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in whole.items())]
    if any(set("\r\n\0") & set(line) for line in lines):
        raise ValueError("a header with a line break")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def read_head(connection: ssl.SSLSocket, until: float) -> tuple[Answer, bytes]:
    """The first final answer, and what has come of its body; what says "go on" before it is passed over.

    ValueError for anything but HTTP.
    """
    received = b""
    while True:
        head, separator, rest = received.partition(b"\r\n\r\n")
        if separator:
            answer = _parse(head)
            if answer.status >= 200:
                return answer, rest
            received = rest
            continue
        if len(received) > LONGEST_HEAD:
            raise ValueError("too long a head")
        more = receive(connection, until)
        if not more:
            raise ValueError("cut off")
        received += more


def receive(connection: ssl.SSLSocket, until: float) -> bytes:
    """What comes next; b"" at the end."""
    connection.settimeout(time_left(until))
    return connection.recv(4096)


def _parse(head: bytes) -> Answer:
    first, _, lines = head.partition(b"\r\n")
    found = re.fullmatch(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?", first)
    if not found or len(head) > LONGEST_HEAD:
        raise ValueError("not HTTP")
    headers = BytesParser().parsebytes(lines, headersonly=True)
    return Answer(int(found[1]), {name.lower(): str(value) for name, value in headers.items()})


def time_left(until: float) -> float:
    """Seconds; TimeoutError when there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
