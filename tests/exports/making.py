"""Archives for tests: made, broken off, fetched and opened."""

import io
import zipfile
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.storage import media_storage
from exports.models import Export
from exports.services.exports import STORAGE, ask_for_export
from tests.conftest import Settled
from tests.images import jpeg
from tests.uploads import publish


def publish_some(person: User, settled: Settled, count: int = 4) -> list[bytes]:
    """Pictures that are posts now, one in each; returns their bytes."""
    pictures = [jpeg(seed=seed) for seed in range(count)]
    with settled():
        for picture in pictures:
            publish(person, picture)
    return pictures


def export_all(person: User, settled: Settled) -> Export:
    """An archive that is ready."""
    with settled():
        export = ask_for_export(person)
    export.refresh_from_db()
    return export


def url(export: Export) -> str:
    return f"/settings/data/export/{export.pk}.zip"


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def fetch(client: Client, export: Export) -> zipfile.ZipFile:
    """The archive as this browser gets it; AssertionError when one of its files is damaged or there twice."""
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(url(export)))))
    assert archive.testzip() is None
    assert len(set(archive.namelist())) == len(archive.namelist())
    return archive


def pictures_in(archive: zipfile.ZipFile) -> list[bytes]:
    return [archive.read(name) for name in archive.namelist() if name.startswith("media/")]


def objects() -> list[str]:
    """Every key in the storage of archives."""
    return [each.key for each in media_storage(STORAGE).keys()]  # noqa: SIM118  no dictionary


def end_lease(export: Export) -> None:
    """As if its worker had been silent for longer than it may."""
    Export.objects.filter(pk=export.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
