"""What the apps were promised, written down by themselves before anything else happens."""

import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Kept:
    """One acknowledged upload: `row` names the fault it had to go through."""

    row: str
    person: int
    number: int
    media_id: str
    sha256: str
    size: tuple[int, int]
    post_id: str = ""
    turned: bool = False
    deleted: bool = False


class Ledger:
    """Append-only, one JSON object a line, on the disk when `note` returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self.kept: list[Kept] = []

    def note(self, kept: Kept) -> None:
        with self._lock:
            self._write({"kept": asdict(kept)})
            self.kept.append(kept)

    def note_post(self, kept: Kept, post_id: str) -> None:
        with self._lock:
            self._write({"media_id": kept.media_id, "post_id": post_id})
            kept.post_id = post_id

    def _write(self, line: dict[str, object]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
