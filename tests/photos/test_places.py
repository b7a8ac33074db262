"""Slugs of places."""

import pytest

from accounts.models import User
from photos.places import fold_place
from photos.services.posts import edit_post
from tests.factories import make_post


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Porto", "porto"),
        ("  São  Paulo ", "sao-paulo"),
        ("St. John's, Newfoundland", "st-johns-newfoundland"),
        ("Straße 9", "strasse-9"),
        ("東京", "東京"),
        ("!?", ""),
        ("", ""),
        ("a" * 120, "a" * 100),
        ("x" * 99 + " y", "x" * 99),
    ],
)
def test_place_has_one_slug_however_its_name_is_written(name: str, slug: str) -> None:
    assert fold_place(name) == slug


def test_slug_follows_the_name_of_the_place(alma: User) -> None:
    post = make_post(alma, location_name="Porto")

    edit_post(alma, post, {"location_name": "São Paulo"})

    post.refresh_from_db()
    assert post.place_slug == "sao-paulo"
