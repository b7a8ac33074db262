"""An app that uploads: it repeats what got no answer or a 5xx, with the same key and from the last known byte."""

import base64
import http.client
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.e2e.rest import Answer, Rest
from tests.faults.harness.pictures import Picture

PATIENCE = 300.0  # seconds after which an app gives up
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
CHUNKS = 4  # of one file
TUS = {"Tus-Resumable": "1.0.0"}

Call = Callable[[], Answer]


class GivenUp(Exception):
    """An answer that repeating does not help, or none within PATIENCE."""


@dataclass
class App:
    """One person's program. `trouble` counts what went wrong on the way, by status or as `no answer`."""

    rest: Rest
    trouble: Counter[str] = field(default_factory=Counter)

    def keep(self, picture: Picture, *, resumable: bool) -> str:
        """The id of the media that the site has acknowledged."""
        return self._by_tus(picture) if resumable else self._at_once(picture)

    def post(self, media_id: str, title: str) -> str:
        """The id of the new post."""
        body = {"media_ids": [media_id], "title": title, "audience": "public"}
        key = uuid4().hex
        answer = self.insist(lambda: self.rest.call("POST", "posts", body, {"Idempotency-Key": key}))
        return str(answer.json["id"])

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Repeated until there is a 2xx."""
        return self.insist(lambda: self.rest.call(method, path, body))

    def insist(self, call: Call, *, repeat: tuple[int, ...] = (429,)) -> Answer:
        """The first answer of 2xx. `repeat` are statuses below 500 after which trying again makes sense."""
        deadline, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
        while (answer := self._once(call)) is None or answer.status >= 300:
            if answer is not None and answer.status < 500 and answer.status not in repeat:
                raise GivenUp(f"{answer.status} {answer.body[:300]!r}")
            if time.monotonic() > deadline:
                raise GivenUp(f"no 2xx within {PATIENCE:.0f} s; {dict(self.trouble)}")
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        return answer

    def _once(self, call: Call) -> Answer | None:
        """None when the connection broke before there was an answer."""
        try:
            answer = call()
        except (OSError, http.client.HTTPException):
            self.trouble["no answer"] += 1
            return None
        if answer.status >= 400:
            missing = " without Retry-After" if answer.status == 503 and "retry-after" not in answer.headers else ""
            self.trouble[f"{answer.status}{missing}"] += 1
        return answer

    def _at_once(self, picture: Picture) -> str:
        key, name = {"Idempotency-Key": uuid4().hex}, f"{picture.number}.{picture.suffix}"
        answer = self.insist(lambda: self.rest.upload(name, picture.content_type, picture.data, key))
        return str(answer.json["id"])

    def _by_tus(self, picture: Picture) -> str:
        name = base64.b64encode(f"{picture.number}.{picture.suffix}".encode()).decode()
        headers = {
            **TUS,
            "Upload-Length": str(len(picture.data)),
            "Upload-Metadata": f"filename {name}",
            "Idempotency-Key": uuid4().hex,
        }
        made = self.insist(lambda: self.rest.send("POST", "/rest/v1/uploads", b"", headers))
        path, offset = urlsplit(made.headers["location"]).path, 0
        while True:
            answer = self._send_piece(path, picture.data, offset)
            offset = int(answer.headers["upload-offset"])
            if media_id := answer.headers.get("upload-media-id"):
                return media_id

    def _send_piece(self, path: str, data: bytes, offset: int) -> Answer:
        """What the server says about the upload after one more piece; when that failed, what it says when asked."""
        piece = data[offset : offset + -(-len(data) // CHUNKS)]
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        answer = self._once(lambda: self.rest.send("PATCH", path, piece, headers))
        if answer is not None and answer.status < 300:
            return answer
        time.sleep(FIRST_PAUSE)
        return self.insist(lambda: self.rest.send("HEAD", path, b"", TUS), repeat=(409, 429))
