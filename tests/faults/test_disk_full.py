"""The disk that uploads are received on is full or not there."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from accounts.models import User
from photos.models import Media
from tests.images import jpeg

LARGE = jpeg() + bytes(300_000)


@contextmanager
def files_of_at_most(bytes: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def receiving(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "receiving"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(folder)
    return folder


def sent() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", LARGE)


def test_upload_to_a_full_disk_is_503_and_leaves_nothing(alma: User, as_app: Any, receiving: Path) -> None:
    app = as_app(alma)

    with files_of_at_most(100_000):
        answer = app.post("/rest/v1/media", {"file": sent()})

    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "10", "unavailable")
    assert (Media.objects.count(), list(receiving.iterdir())) == (0, [])


def test_page_with_a_full_disk_is_503_and_posts_nothing(alma: User, as_user: Any, receiving: Path) -> None:
    browser = as_user(alma)

    with files_of_at_most(100_000):
        answer = browser.post("/new/", {"files": sent(), "title": "A kiln", "audience": "public"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert (Media.objects.count(), list(receiving.iterdir())) == (0, [])


def test_upload_without_a_place_to_receive_it_is_503(alma: User, as_app: Any, settings: Settings) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/proc/self/nowhere"

    answer = as_app(alma).post("/rest/v1/media", {"file": sent()})

    assert (answer.status_code, answer["Retry-After"], Media.objects.count()) == (503, "10", 0)
