"""An archive as one file: its parts one behind the other, and any range of them."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase
from django.utils.text import slugify

from core.ids import to_code
from core.storage import media_storage
from core.web.media import ranged_answer
from exports.models import Export, ExportPart
from exports.services.exports import STORAGE

LONGEST_NAME = 60


def archive_answer(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The bytes of a ready archive, whole or the range asked for, so that a broken download goes on."""
    parts = list(export.parts.filter(is_written=True).order_by("number").only("key", "start", "bytes"))
    response = ranged_answer(request, export.bytes, f'"export-{export.pk}"', lambda a, z: _read(parts, a, z))
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f'attachment; filename="{_name(export)}-{export.created_at:%Y-%m-%d}.zip"'
    return response


def is_beginning(request: HttpRequest) -> bool:
    """Whether this fetches the archive from its first byte, not a later range of it."""
    wanted = request.headers.get("Range", "")
    return request.method == "GET" and (not wanted or wanted.startswith("bytes=0-"))


def _name(export: Export) -> str:
    if export.album is None:
        return export.owner.username
    return slugify(export.album.title)[:LONGEST_NAME] or to_code(export.album.pk)


def _read(parts: list[ExportPart], start: int, stop: int) -> Iterator[bytes]:
    store = media_storage(STORAGE)
    for part in parts:
        first, last = max(start - part.start, 0), min(stop - part.start, part.bytes)
        if first < last:
            yield from store.read(part.key, first, last)
