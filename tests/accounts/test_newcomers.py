"""New accounts may do less in an hour than others."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.newcomers import allow_named, allow_person
from accounts.services.follows import follow_user
from core.exceptions import RateLimited


@pytest.fixture(autouse=True)
def small(settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "follow": (3, 3600), "follow by new account": (1, 3600)}


def tries(user: User) -> int:
    for number in range(10):
        try:
            allow_person("follow", user)
        except RateLimited:
            return number
    return 10


@pytest.mark.parametrize(("age", "hours", "most"), [(1, 24, 1), (25, 24, 3), (1, 0, 3)])
def test_account_may_do_less_in_its_first_hours(
    settings: Settings, alma: User, age: int, hours: int, most: int
) -> None:
    settings.NEW_ACCOUNT_HOURS = hours
    alma.created_at = timezone.now() - timedelta(hours=age)

    assert tries(alma) == most


def test_new_account_follows_only_so_many(alma: User, boris: User, carla: User) -> None:
    follow_user(alma, boris)

    with pytest.raises(RateLimited):
        follow_user(alma, carla)


def test_new_account_names_only_so_many_people_in_an_hour(settings: Settings, alma: User) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "mention by new account": (3, 3600)}
    allow_named(alma, "@one @two @two", before="@two")
    allow_named(alma, "@three @four")

    with pytest.raises(RateLimited):
        allow_named(alma, "@five")

    alma.created_at = timezone.now() - timedelta(days=2)
    allow_named(alma, "@six @seven @eight @nine")
    assert settings.NEW_ACCOUNT_HOURS == 24
