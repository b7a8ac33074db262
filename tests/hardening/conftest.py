"""The world that every route is tried in: alma has one of each, boris is somebody else, staff may do everything."""

import pytest
from pytest_django import Settings

from accounts.models import User
from tests.factories import make_user
from tests.hardening.routes import values_of


@pytest.fixture(autouse=True)
def no_limit_but_ones_own(settings: Settings) -> None:
    """Thousands of calls are made; limits have tests of their own."""
    settings.RATE_LIMITS = {name: (10**6, window) for name, (_, window) in settings.RATE_LIMITS.items()}


@pytest.fixture
def staff(db: None) -> User:
    return make_user("staff", is_staff=True, is_superuser=True)


@pytest.fixture
def values(alma: User) -> dict[str, str]:
    return values_of(alma)
