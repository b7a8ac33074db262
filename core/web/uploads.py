"""Receiving files: one beyond the limit is dropped while it arrives, and its name kept so that the form can say so."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class LimitedUploadHandler(FileUploadHandler):
    """Stands before the handler that writes; skips a file as soon as it passes UPLOAD_MAX_BYTES."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > settings.UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.META.setdefault("instagram.too_large", []).append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return None


def too_large_files(request: HttpRequest) -> list[str]:
    """Names of the files of this request that were dropped for their size."""
    return list(request.META.get("instagram.too_large", []))
