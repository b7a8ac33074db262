"""What lies in the folders of a test, ways to lose some of it, and more storages than the usual ones."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from core.storage import FolderStorage
from photos.models import StorageAlarm
from tests.faults.storages import put_storage, spoil

COPIES = ("originals", "originals-copy")
LOSSES = ("missing", "cut short", "a wrong byte")


def everything(folder: Path) -> set[str]:
    """Every file of every storage, half-written ones too, as alias/key."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def lose(folder: Path, key: str, loss: str) -> None:
    if loss == "folder gone":
        shutil.rmtree(folder)
    elif loss == "missing":
        (folder / key).unlink()
    elif loss == "cut short":
        (folder / key).write_bytes((folder / key).read_bytes()[:-7])
    else:
        spoil(folder / key)


def age(path: Path, *, days: float) -> None:
    """Make a file look as if it was written that long ago."""
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))


def add_storage(folder: Path, alias: str) -> None:
    """A storage that nothing uses yet, until the end of this test; `media_folders` takes it back."""
    options = {"location": str(folder / alias)}
    put_storage(alias, {"BACKEND": "core.storage.FolderStorage", "OPTIONS": options})


def alarms() -> list[tuple[str, str, str]]:
    """Kind, storage and how it was settled ("" while open) of every alarm, in their order."""
    return list(StorageAlarm.objects.order_by("pk").values_list("kind", "storage", "settled_by"))


class WatchedStorage(FolderStorage):
    """Calls `before_reading` with the name of each file that is about to be read."""

    before_reading: ClassVar[Callable[[str], None]] = staticmethod(lambda name: None)

    def open(self, name: str, mode: str = "rb") -> Any:
        type(self).before_reading(name)
        return super().open(name, mode)
