"""Folders as they are on a bad day. Name one in settings.STORAGES to have it behind an alias."""

from typing import Any

from django.core.files.base import ContentFile, File

from core.storage import FolderStorage


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

    def delete(self, name: str) -> None:
        raise self.Away("no route to the store")
