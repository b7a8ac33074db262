import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def small_parts(settings: Settings) -> None:
    """A part for each picture."""
    settings.EXPORT_PART_BYTES = 1024
