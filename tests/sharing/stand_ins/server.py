"""A network of the tests on the loopback: real HTTPS, with a certificate that the settings of a test trust."""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

from pytest_django import Settings

from tests.push_service import certificates


@dataclass
class Said:
    """An answer; with `hang_up` the work is done, and nothing said of it."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False


@dataclass
class Part:
    name: str
    filename: str
    kind: str
    data: bytes


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The fields of a form, without files."""
        if self.headers.get("content-type", "").startswith("multipart/"):
            return [(part.name, part.data.decode()) for part in self.parts if not part.filename]
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def parts(self) -> list[Part]:
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + self.body)
        found = []
        for each in cast(list[Any], message.get_payload()):
            about = each.get_param("name", header="content-disposition"), each.get_filename() or ""
            found.append(Part(str(about[0]), about[1], each.get_content_type(), each.get_payload(decode=True)))
        return found


Answer = Callable[[Asked], Said]


class StandIn(ThreadingHTTPServer):
    """`asked` is all that came. `next_answers` are said instead of what the network would, by path; those that hang up
    come after the network has done its work.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates()[0])
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.host = f"localhost:{self.server_port}"
        self.origin = f"https://{self.host}"
        self.asked: list[Asked] = []
        self.next_answers: dict[str, list[Said]] = {}
        self.broken: list[str] = []

    def instead(self, path: str, *answers: Said) -> None:
        self.next_answers.setdefault(path, []).extend(answers)

    def count(self, path: str) -> int:
        return sum(each.path == path for each in self.asked)

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def reply(self, asked: Asked) -> Said:
        self.asked.append(asked)
        planned = self.next_answers.get(asked.path, [])
        if planned and not planned[0].hang_up:
            return planned.pop(0)
        try:
            said = self.answer(asked)
        except AssertionError as error:
            self.broken.append(f"{asked.method} {asked.path}: {error}")
            raise
        return planned.pop(0) if planned else said

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Of clients that hang up, and of what a test finds in `broken`."""


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _take(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        said = cast(StandIn, self.server).reply(
            Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
        )
        self.close_connection = True
        if said.hang_up:
            return
        content = (
            said.body if isinstance(said.body, bytes) else b"" if said.body is None else json.dumps(said.body).encode()
        )
        self.send_response(said.status)
        for name, value in {"Content-Type": "application/json", **said.headers}.items():
            self.send_header(name, value)
        if said.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _take  # noqa: N815  as http.server has it

    def log_message(self, *args: Any) -> None:
        """Nothing."""


S = TypeVar("S", bound=StandIn)


@contextmanager
def running(server: S, settings: Settings) -> Iterator[S]:
    """The site may ask it; what it found wrong with what it was asked fails the test."""
    with server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.CONNECTOR_ALLOWED_HOSTS = settings.CONNECTOR_ALLOWED_HOSTS | {server.host}
        settings.CONNECTOR_CA_FILE = certificates()[1]
        yield server
        server.shutdown()
    assert server.broken == []
