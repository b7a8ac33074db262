"""A face is developed while its owner sends the same file again: one waits, and neither is turned away."""

import io
import time

import pytest
from django.db import connection, transaction

from accounts.models import User
from photos.models import Media
from photos.services.avatars import change_header
from photos.services.processing import process
from tests.factories import make_user
from tests.images import jpeg
from tests.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_header_that_is_developed_while_it_is_sent_again_waits_for_its_owner() -> None:
    alma = make_user("alma")
    file = jpeg(1600, 800)
    media = change_header(alma, io.BytesIO(file), size=len(file))

    def send_again() -> bool:
        """In the order of an upload: the owner, then the media, once the worker is waiting for one of them."""
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=alma.pk)
            deadline = time.monotonic() + 20
            while not somebody_waits() and time.monotonic() < deadline:
                time.sleep(0.02)
            return Media.objects.select_for_update(no_key=True, nowait=True).filter(pk=media.pk).exists()

    def develop() -> bool:
        process(media.pk)
        return True

    found = together([send_again, develop])

    media.refresh_from_db()
    assert found == [True, True]
    assert media.state == Media.State.READY
    assert User.objects.get(pk=alma.pk).header is not None
