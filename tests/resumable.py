"""A tus client of a few lines over Django's test client: it sends what it is told to, right or wrong."""

import base64
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from core.storage import media_storage

UPLOADS = "/rest/v1/uploads"
BODY = "application/offset+octet-stream"
PROBLEM_KEYS = {"type", "title", "status", "code", "detail", "errors", "request_id"}


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


@dataclass
class Tus:
    """Calls with `Tus-Resumable`; headers given as None are left out."""

    client: Client
    version: str = "1.0.0"
    more: dict[str, str] = field(default_factory=dict)

    def create(self, size: int | str, body: bytes = b"", **headers: str) -> Any:
        return self._send("post", UPLOADS, body, {"Upload-Length": str(size), **headers})

    def begin(self, size: int, **headers: str) -> str:
        """The path of a new upload."""
        answer = self.create(size, b"", **headers)
        assert answer.status_code == 201, answer.content
        return path_of(answer)

    def head(self, path: str) -> Any:
        return self.client.head(path, headers=self._headers({}))

    def patch(self, path: str, offset: int | str, body: bytes, *, content_type: str = BODY, **headers: str) -> Any:
        return self._send("patch", path, body, {"Upload-Offset": str(offset), **headers}, content_type)

    def delete(self, path: str) -> Any:
        return self.client.delete(path, headers=self._headers({}))

    def send(self, data: bytes, *, piece: int = 1000, **headers: str) -> Any:
        """A whole file in pieces; the answer to the last one."""
        path, answer = self.begin(len(data), **headers), None
        for start in range(0, len(data), piece):
            answer = self.patch(path, start, data[start : start + piece])
        return answer

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str], content_type: str = BODY) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if content_type:  # which Django's client leaves out when there is no body
            names["Content-Type"] = content_type
        return getattr(self.client, method)(path, data=body, content_type=content_type, headers=self._headers(names))

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        version = {"Tus-Resumable": self.version} if self.version else {}
        return {**version, **self.more, **headers}


def path_of(answer: Any) -> str:
    """The path of the address in `Location`, which must be a whole one of this site."""
    origin, path, upload_id = answer["Location"].partition(f"{UPLOADS}/")
    assert (origin, path, upload_id.isdigit()) == ("http://localhost:8000", f"{UPLOADS}/", True)
    return f"{UPLOADS}/{upload_id}"


def problem(answer: Any) -> tuple[int, str]:
    """Status and code; the document must be whole, and the answer say which protocol it speaks."""
    body = answer.json()
    assert (answer["Content-Type"], set(body), body["status"], answer["Tus-Resumable"]) == (
        "application/problem+json",
        PROBLEM_KEYS,
        answer.status_code,
        "1.0.0",
    )
    return answer.status_code, body["code"]


def where(answer: Any) -> tuple[int, str | None]:
    """Status, and how far the upload is."""
    return answer.status_code, answer.get("Upload-Offset")


def copied(alias: str, key: str) -> bytes:
    """What lies in a storage under this key."""
    return b"".join(media_storage(alias).read(key))
