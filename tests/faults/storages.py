"""Ways to put a failing storage behind an alias, and to spoil what one holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.base import File
from django.core.signals import setting_changed

from core.storage import FolderStorage


class InterruptedStorage(FolderStorage):
    """Something happens right after a file was saved: `then` is called."""

    then: ClassVar[Callable[[], None]] = staticmethod(lambda: None)

    def _save(self, name: str, content: "File[bytes]") -> str:
        saved = super()._save(name, content)
        type(self).then()
        return saved


def spoil(path: Path) -> None:
    """Turn one bit in the middle of a file, its length unchanged."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def use_storage(alias: str, backend: str = "core.storage.FolderStorage", **options: Any) -> None:
    """Put another storage behind `alias` until the end of this test; the fixture `media_folders` takes it back."""
    before = settings.STORAGES[alias]["OPTIONS"]
    put_storage(alias, {"BACKEND": backend, "OPTIONS": {**before, **options}})


def put_storage(alias: str, configuration: dict[str, Any]) -> None:
    """As `use_storage`, also for an alias that nothing uses yet."""
    settings.STORAGES[alias] = configuration
    setting_changed.send(sender=None, setting="STORAGES", value=settings.STORAGES, enter=True)
