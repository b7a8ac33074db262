from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from core.exceptions import QuotaExceeded
from photos.models import OriginalCopy
from photos.services.quota import Keeping, check_room, keeping_of, quota_of, used_bytes
from tests.factories import make_media, make_post

MB = 1024**2


def test_used_bytes_are_those_of_all_originals_of_one_person(
    alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_media(alma, bytes=3 * MB)
    make_media(alma, bytes=5, state="failed")
    make_post(alma, state="trashed")
    make_media(boris, bytes=7)

    with django_assert_num_queries(1):
        used = used_bytes(alma)

    assert used == 3 * MB + 5 + 1000


def test_used_bytes_without_originals_are_none(alma: User) -> None:
    assert used_bytes(alma) == 0


@pytest.mark.parametrize(
    ("own", "for_all", "quota"), [(None, 20, 20), (7, 20, 7), (0, 20, None), (None, 0, None), (7, 0, 7)]
)
def test_quota_of_a_person_goes_before_that_of_all(
    settings: Settings, own: int | None, for_all: int, quota: int | None
) -> None:
    settings.QUOTA_BYTES = for_all

    assert quota_of(User(quota_bytes=own)) == quota


def test_check_room_lets_through_what_fits_to_the_byte(alma: User) -> None:
    alma.quota_bytes = 1000 + 24
    make_media(alma)

    check_room(alma, 24)

    with pytest.raises(QuotaExceeded):
        check_room(alma, 25)


def test_check_room_tells_how_much_is_used(alma: User) -> None:
    alma.quota_bytes = 20 * MB
    make_media(alma, bytes=19 * MB)

    with pytest.raises(QuotaExceeded) as raised:
        check_room(alma, 2 * MB)

    error = raised.value
    assert (error.status, error.code) == (413, "quota_exceeded")
    assert error.detail.startswith("There is no room for this file: 19 MB of your 20 MB are used.")


def test_check_room_without_a_limit_asks_nothing(alma: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    alma.quota_bytes = 0

    with django_assert_num_queries(0):
        check_room(alma, 10**15)


def test_keeping_counts_right_and_damaged_copies(
    alma: User, boris: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_media(boris)
    for _ in range(2):
        make_media(alma)
    oldest = timezone.now() - timedelta(days=9)
    first, second, *_ = OriginalCopy.objects.filter(media__owner=alma).order_by("pk")
    OriginalCopy.objects.filter(pk=first.pk).update(verified_at=oldest)
    older = oldest - timedelta(days=9)
    OriginalCopy.objects.filter(pk=second.pk).update(verified_at=older, damaged_at=timezone.now())

    with django_assert_num_queries(2):
        keeping = keeping_of(alma)

    assert keeping == Keeping(2000, 20 * 1024**3, 2, 3, 1, oldest)


def test_keeping_of_somebody_without_originals_is_empty(alma: User) -> None:
    assert keeping_of(alma) == Keeping(0, 20 * 1024**3, 0, 0, 0, None)
