"""Locks that the kernel drops when their holder dies, so none is ever stale."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any


class Lock:
    """An exclusive lock on `path`. Its holder writes who it is into the file, for those who come second."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1

    def take(self, *, wait: bool = False) -> bool:
        """True when this process holds the lock now; False when somebody else does (never with `wait`)."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self.descriptor = descriptor
        return True

    def tell(self, **facts: Any) -> None:
        """Replaces what others read in the file. Only for the holder."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, json.dumps(facts).encode(), 0)

    def facts(self) -> dict[str, Any]:
        """What the holder told; empty when it has told nothing yet."""
        try:
            found = json.loads(self.path.read_text() or "{}")
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def release(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
