"""A small client of the REST API: the standard library and nothing of ours, as a stranger would write it."""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What came back; `headers` has names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Rest:
    """Calls under /rest/v1/ of one site; with a token, as its person. No answer for `seconds` is an error."""

    origin: str
    token: str = ""
    seconds: float = 60

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """`body` is sent as JSON."""
        if body is None:
            return self.send(method, f"/rest/v1/{path}", b"", headers)
        json_headers = {"Content-Type": "application/json", **(headers or {})}
        return self.send(method, f"/rest/v1/{path}", json.dumps(body).encode(), json_headers)

    def upload(
        self, name: str, content_type: str, data: bytes, headers: Mapping[str, str] | None = None, **fields: str
    ) -> Answer:
        """POST /media with one file."""
        boundary = uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        disposition = f'form-data; name="file"; filename="{name}"'
        head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {content_type}\r\n\r\n"
        body = b"".join([*parts, head.encode(), data, f"\r\n--{boundary}--\r\n".encode()])
        all_headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **(headers or {})}
        return self.send("POST", "/rest/v1/media", body, all_headers)

    def fetch(self, url: str) -> Answer:
        """GET a whole address of this site, such as one of a rendition or of a next page."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == self.origin
        return self.send("GET", f"{parts.path}?{parts.query}")

    def send(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=self.seconds)
        try:
            connection.request(method, path, body or None, {**authorization, **(headers or {})})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()


def wait_for(what: str, look: Callable[[], T | None], *, seconds: float = 60) -> T:
    """The first answer of `look` that counts as true; asked again every tenth of a second, an error after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.1)
    return found
