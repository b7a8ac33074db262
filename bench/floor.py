"""What a page is compared with: a Django view that answers the same bytes and does nothing else."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def keep_bytes(name: str, data: bytes) -> None:
    """From now on /bench/`name` answers `data`."""
    _folder().mkdir(exist_ok=True)
    (_folder() / name).write_bytes(data)


def answer_bytes(request: HttpRequest, name: str) -> HttpResponse:
    data = _read(name)
    content_type = "application/json" if name.endswith(".json") else "text/html; charset=utf-8"
    return HttpResponse(data, content_type=content_type, headers={"Content-Length": str(len(data))})


@cache
def _read(name: str) -> bytes:
    return (_folder() / name).read_bytes()


def _folder() -> Path:
    return Path(settings.STATE_DIR) / "floor"
