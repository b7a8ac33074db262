"""Uploads that end, or were broken off at the end."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.exceptions import Conflict, NotFound, QuotaExceeded, RateLimited, Unavailable
from photos.models import Media, Upload, UploadPart
from photos.services.finishing import finish_upload, refusal, terminate_upload
from photos.services.forgetting import forget_uploads
from photos.services.resumable import LIFETIME, Described, create_upload, keep_pieces
from tests.conftest import Settled
from tests.images import jpeg
from tests.parallel import together
from tests.resumable import UPLOADS
from tests.uploads import upload as send_whole

AWAY = {"BACKEND": "tests.faulty_storages.AwayStorage", "OPTIONS": {"location": "/nowhere"}}


@pytest.fixture
def data() -> bytes:
    return jpeg(400, 300)


def arrived(owner: User, data: bytes, *, pieces: int = 3, left: int = 0, **described: str) -> Upload:
    """An upload whose bytes are there (but for the last `left`), and which nobody has ended."""
    upload = create_upload(owner, size=len(data), described=Described(**described))
    step = len(data) // pieces + 1
    end = len(data) - left
    return keep_pieces(upload, [data[start : min(start + step, end)] for start in range(0, end, step)])


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_upload_with_all_its_bytes_becomes_a_media_and_its_parts_go(
    alma: User, data: bytes, media_folders: Path, settled: Settled
) -> None:
    with settled():
        upload = finish_upload(arrived(alma, data, alt_text="A kiln"))

    media = Media.objects.get()
    assert (upload.state, upload.media, media.bytes, media.alt_text) == ("finished", media, len(data), "A kiln")
    assert not UploadPart.objects.exists()
    assert "uploads" not in files_below(media_folders)


@pytest.mark.django_db
def test_upload_that_lacks_a_byte_stays_open(alma: User, data: bytes) -> None:
    upload = finish_upload(arrived(alma, data, left=1))

    assert (upload.state, Media.objects.count()) == ("open", 0)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["HEAD", "GET", "PATCH", "task"])
def test_upload_whose_process_died_at_the_end_is_ended_by_whoever_comes_next(
    alma: User, data: bytes, as_app: Any, way: str
) -> None:
    upload, app, tus = arrived(alma, data), as_app(alma), {"Tus-Resumable": "1.0.0"}
    kept = send_whole(alma, data)  # as far as the process had come
    Upload.objects.update(expires_at=timezone.now() + LIFETIME - timedelta(minutes=11))
    patch = {**tus, "Upload-Offset": str(len(data)), "Content-Type": "application/offset+octet-stream"}
    come: dict[str, Callable[[], Any]] = {
        "HEAD": lambda: app.head(f"{UPLOADS}/{upload.pk}", headers=tus),
        "GET": lambda: app.get(f"{UPLOADS}/{upload.pk}"),
        "PATCH": lambda: app.patch(f"{UPLOADS}/{upload.pk}", headers=patch),
        "task": forget_uploads,
    }

    come[way]()

    upload.refresh_from_db()
    assert (upload.state, upload.media, Media.objects.count()) == ("finished", kept, 1)


@pytest.mark.django_db(transaction=True)
def test_upload_ended_by_several_at_once_is_one_media(alma: User, data: bytes) -> None:
    upload = arrived(alma, data)

    ended = together([lambda: finish_upload(Upload.objects.select_related("owner").get(pk=upload.pk))] * 4)

    media = Media.objects.get()
    assert [(each.state, each.media_id) for each in ended] == [("finished", media.pk)] * 4


@pytest.mark.django_db
def test_refused_upload_keeps_the_reason_and_no_bytes(alma: User, media_folders: Path, settled: Settled) -> None:
    with settled():
        upload = finish_upload(arrived(alma, jpeg()[:-200]))

    error = refusal(upload)
    assert (upload.state, upload.refusal_status, error.code) == ("refused", 422, "truncated")
    assert [(each.field, each.code) for each in error.errors] == [("file", "truncated")]
    assert files_below(media_folders) == []


@pytest.mark.django_db
def test_upload_for_which_there_is_no_room_in_the_end_is_refused(alma: User, data: bytes, settings: Settings) -> None:
    upload = arrived(alma, data)
    settings.QUOTA_BYTES = 10

    finish_upload(upload)

    assert isinstance(refusal(upload), QuotaExceeded)
    assert upload.state == "refused"


@pytest.mark.django_db
@pytest.mark.parametrize("alias", ["originals", "uploads"])
def test_upload_waits_while_a_storage_is_away(alma: User, data: bytes, settings: Settings, alias: str) -> None:
    upload = arrived(alma, data)
    with_all = settings.STORAGES
    settings.STORAGES = {**project.STORAGES, alias: AWAY}
    with pytest.raises(Unavailable):
        finish_upload(upload)
    settings.STORAGES = with_all

    assert (Upload.objects.get().state, Media.objects.count()) == ("open", 0)
    assert finish_upload(upload).state == "finished"


@pytest.mark.django_db
def test_upload_beyond_the_hourly_number_waits(alma: User, data: bytes, settings: Settings) -> None:
    upload = arrived(alma, data)
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "upload": (0, 3600)}

    with pytest.raises(RateLimited):
        finish_upload(upload)

    assert Upload.objects.get().state == "open"


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["gone", "short"])
def test_upload_with_a_damaged_part_goes_back_to_where_it_is_missing(alma: User, data: bytes, damage: str) -> None:
    upload = arrived(alma, data)
    part = upload.parts.order_by("offset")[1]
    path = Path(storages["uploads"].path(part.key))
    path.unlink() if damage == "gone" else path.write_bytes(b"short")

    with pytest.raises(Conflict) as caught:
        finish_upload(upload)

    assert (caught.value.code, upload.state, upload.offset) == ("offset", "open", part.offset)
    assert list(upload.parts.values_list("offset", flat=True)) == [0]
    assert finish_upload(keep_pieces(upload, [data[part.offset :]])).state == "finished"


@pytest.mark.django_db
def test_upload_that_its_owner_deletes_in_the_end_is_missing(alma: User, data: bytes) -> None:
    upload = arrived(alma, data)
    Upload.objects.all().delete()

    with pytest.raises(NotFound):
        finish_upload(upload)


@pytest.mark.django_db
def test_whole_file_is_compared_with_what_was_declared(alma: User, data: bytes) -> None:
    upload = finish_upload(arrived(alma, data, sha256="ab" * 32))

    assert (upload.state, upload.refusal_code) == ("refused", "digest")


@pytest.mark.django_db
def test_terminated_upload_leaves_the_media_that_was_made_of_it(
    alma: User, data: bytes, media_folders: Path, settled: Settled
) -> None:
    upload = finish_upload(arrived(alma, data))

    with settled():
        terminate_upload(upload)

    assert (Upload.objects.count(), Media.objects.count()) == (0, 1)
    assert files_below(media_folders)[:2] == ["originals", "originals-copy"]


@pytest.mark.django_db
def test_forgetting_removes_what_is_past_its_time_and_its_bytes(
    alma: User, data: bytes, media_folders: Path, settled: Settled
) -> None:
    late, young = arrived(alma, data, left=5), arrived(alma, data, left=5)
    Upload.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    with settled():
        forgotten = forget_uploads()

    assert (forgotten, list(Upload.objects.all())) == (1, [young])
    assert files_below(media_folders) == ["uploads"] * 3


@pytest.mark.django_db(transaction=True)
def test_forgetting_leaves_an_upload_that_goes_on_meanwhile(alma: User, data: bytes) -> None:
    upload = arrived(alma, data, left=5)
    now = timezone.now()

    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(expires_at=now + LIFETIME)
        terminate_upload(upload, expired_by=now)

    assert Upload.objects.filter(pk=upload.pk).exists()


@pytest.mark.django_db
def test_forgetting_goes_on_when_an_upload_cannot_be_ended(alma: User, data: bytes, settings: Settings) -> None:
    whole = arrived(alma, data)
    late = arrived(alma, data, left=5)
    Upload.objects.filter(pk=whole.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    Upload.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    settings.STORAGES = {**project.STORAGES, "originals": AWAY}

    assert forget_uploads() == 1
    assert list(Upload.objects.values_list("pk", "state")) == [(whole.pk, "open")]
