"""Many uploads at the same moment, and room for fewer."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import User
from core.exceptions import QuotaExceeded
from photos.models import Media
from photos.services.quota import used_bytes
from photos.services.uploads import accept_upload
from tests.factories import make_user
from tests.images import jpeg
from tests.parallel import together
from tests.uploads import stored

pytestmark = pytest.mark.django_db(transaction=True)


def uploading(person: User, data: bytes) -> Callable[[], str]:
    def send() -> str:
        try:
            accept_upload(person, io.BytesIO(data), size=len(data))
        except QuotaExceeded as error:
            return error.code
        return "kept"

    return send


@pytest.mark.parametrize("slots", [1, 3])
def test_uploads_at_once_take_no_more_than_the_room_there_is(media_folders: Path, slots: int) -> None:
    files = [jpeg(seed=seed) for seed in range(20)]
    alma = make_user("alma", quota_bytes=slots * max(map(len, files)) + min(map(len, files)) // 2)

    answers = together([uploading(alma, data) for data in files])

    assert (answers.count("kept"), answers.count("quota_exceeded")) == (slots, 20 - slots)
    assert Media.objects.count() == slots
    assert used_bytes(alma) <= (alma.quota_bytes or 0)
    assert {alias: len(names) for alias, names in stored(media_folders).items()} == {
        "originals": slots,
        "originals-copy": slots,
    }
