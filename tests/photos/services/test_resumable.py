from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from core.connections import release_connection
from core.exceptions import Conflict, QuotaExceeded, Unavailable
from photos.models import Upload, UploadPart
from photos.services.resumable import Described, create_upload, keep_pieces
from tests.parallel import together


def begin(owner: User, size: int = 100) -> Upload:
    return create_upload(owner, size=size, described=Described())


def bytes_in(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "uploads").rglob("*") if path.is_file())


@pytest.mark.django_db
def test_pieces_are_kept_one_after_the_other(alma: User, media_folders: Path) -> None:
    upload = keep_pieces(begin(alma), [b"one", b"two", b"three"])

    assert upload.offset == 11
    assert list(upload.parts.order_by("offset").values_list("offset", "bytes")) == [(0, 3), (3, 3), (6, 5)]
    assert bytes_in(media_folders) == [b"one", b"three", b"two"]


@pytest.mark.django_db
def test_pieces_before_a_broken_connection_stay(alma: User) -> None:
    def break_off() -> Iterator[bytes]:
        yield b"one"
        raise ConnectionResetError

    upload = begin(alma)
    with pytest.raises(ConnectionResetError):
        keep_pieces(upload, break_off())

    upload.refresh_from_db()
    assert upload.offset == 3


@pytest.mark.django_db
def test_piece_that_comes_second_to_the_same_place_is_not_kept(alma: User, media_folders: Path) -> None:
    first = begin(alma)
    second = Upload.objects.get(pk=first.pk)
    keep_pieces(first, [b"one"])

    with pytest.raises(Conflict) as caught:
        keep_pieces(second, [b"two"])

    assert caught.value.code == "offset"
    assert bytes_in(media_folders) == [b"one"]
    assert UploadPart.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pieces_that_come_at_once_to_the_same_place_are_kept_once(alma: User, media_folders: Path) -> None:
    upload = begin(alma)
    same = [Upload.objects.get(pk=upload.pk) for _ in range(6)]

    def send(number: int) -> str:
        try:
            keep_pieces(same[number], [bytes([number]) * 5])
        except Conflict:
            return "lost"
        return "kept"

    outcomes = together([lambda number=number: send(number) for number in range(6)])  # type: ignore[misc]

    upload.refresh_from_db()
    assert (sorted(outcomes), upload.offset) == (["kept", *["lost"] * 5], 5)
    assert len(bytes_in(media_folders)) == 1


@pytest.mark.django_db
def test_piece_of_an_upload_that_was_deleted_is_not_kept(alma: User, media_folders: Path) -> None:
    upload = begin(alma)
    Upload.objects.all().delete()

    with pytest.raises(Conflict):
        keep_pieces(upload, [b"one"])

    assert bytes_in(media_folders) == []


@pytest.mark.django_db
def test_piece_that_the_storage_does_not_take_leaves_those_before(alma: User, settings: Settings) -> None:
    upload = keep_pieces(begin(alma), [b"one"])
    away = {"BACKEND": "tests.faulty_storages.AwayStorage", "OPTIONS": {"location": "/nowhere"}}
    settings.STORAGES = {**project.STORAGES, "uploads": away}

    with pytest.raises(Unavailable) as caught:
        keep_pieces(upload, [b"two"])

    upload.refresh_from_db()
    assert (caught.value.status, upload.offset) == (503, 3)


@pytest.mark.django_db(transaction=True)
def test_uploads_begun_at_once_share_the_room_that_is_left(alma: User, settings: Settings) -> None:
    settings.QUOTA_BYTES = 1000

    def start() -> str:
        try:
            begin(alma, 300)
        except QuotaExceeded:
            return "no room"
        return "begun"

    outcomes = together([start] * 8)

    assert sorted(outcomes) == ["begun"] * 3 + ["no room"] * 5


@pytest.mark.django_db(transaction=True)
def test_connection_is_given_back_before_a_wait(alma: User) -> None:
    before = connection.connection

    release_connection()

    assert before is not None
    assert connection.connection is None


@pytest.mark.django_db
def test_connection_of_a_transaction_is_kept(alma: User) -> None:
    before = connection.connection

    release_connection()

    assert connection.connection is before
