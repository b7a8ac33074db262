"""Orders to the fault points of core/faults.py, which lie in a folder until somebody comes by and obeys."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Orders:
    folder: Path

    def give(self, point: str, how: str, seconds: float) -> None:
        """Once, to whoever passes `point` next. Call it when none stands there."""
        unfinished = self.folder / f"{point}.new"
        unfinished.write_text(json.dumps({"how": how, "seconds": seconds}), encoding="utf-8")
        unfinished.rename(self.folder / point)

    def stands(self, point: str) -> bool:
        return (self.folder / point).exists()

    def take_back(self, point: str) -> None:
        (self.folder / point).unlink(missing_ok=True)
