"""Folders as they are on a bad day. Name one in settings.STORAGES to have it behind an alias."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Event
from typing import Any, ClassVar

from django.core.files.base import ContentFile, File

from core.storage import FolderStorage, StoredObject


class FlippingStorage(FolderStorage):
    """Keeps every file with its last bit turned."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        data = content.read()
        return super()._save(name, ContentFile(data[:-1] + bytes([data[-1] ^ 1])))


class CuttingStorage(FolderStorage):
    """Loses the last byte of every file."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        return super()._save(name, ContentFile(content.read()[:-1]))


class AwayStorage(FolderStorage):
    """Answers nothing, with the kind of error a bucket's client raises, which is no OSError."""

    class Away(Exception):
        pass

    def _save(self, name: str, content: "File[bytes]") -> str:
        raise self.Away("no route to the store")

    def exists(self, name: str) -> bool:
        raise self.Away("no route to the store")

    def open(self, name: str, mode: str = "rb") -> Any:
        raise self.Away("no route to the store")

    def size(self, name: str) -> int:
        raise self.Away("no route to the store")

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        raise self.Away("no route to the store")

    def delete(self, name: str) -> None:
        raise self.Away("no route to the store")


class SilentStorage(FolderStorage):
    """Does not answer whether a file exists until `speak` is set; `asked` is how often it was asked."""

    speak = Event()
    asked: ClassVar[int] = 0

    def exists(self, name: str) -> bool:
        type(self).asked += 1
        self.speak.wait(timeout=30)
        return super().exists(name)


class BadSectorStorage(FolderStorage):
    """Reads every file but those whose names are in the file `bad-sectors` beside it; writing one makes it well."""

    def open(self, name: str, mode: str = "rb") -> Any:
        if name in self._bad():
            raise OSError(5, "Input/output error")
        return super().open(name, mode)

    def _save(self, name: str, content: "File[bytes]") -> str:
        self._list.write_text("\n".join(self._bad() - {name}))
        return super()._save(name, content)

    @property
    def _list(self) -> Path:
        return Path(self.location).parent / "bad-sectors"

    def _bad(self) -> set[str]:
        return set(self._list.read_text().split()) if self._list.exists() else set()


class MeetingStorage(FolderStorage):
    """Writes only when another storage of its kind is about to write as well."""

    barrier = Barrier(2)

    def _save(self, name: str, content: "File[bytes]") -> str:
        self.barrier.wait(timeout=10)
        return super()._save(name, content)
