from urllib.parse import unquote

import pytest
from django.http import Http404
from django.test import Client
from django.urls import resolve, reverse

from core.ids import MAX_ID, to_code


def test_post_address_carries_the_short_code_of_the_id() -> None:
    assert reverse("photos:post-detail", args=[MAX_ID]) == "/p/AzL8n0Y58m7/"


def test_post_address_leads_back_to_the_id() -> None:
    assert resolve(f"/p/{to_code(4711)}/").kwargs == {"post_id": 4711}


@pytest.mark.parametrize("code", ["0A", "zzzzzzzzzzz", "a-b", "a.png", "%00", "1;x.png"])
def test_post_address_with_a_code_nobody_made_leads_nowhere(code: str) -> None:
    with pytest.raises(Http404):
        resolve(f"/p/{code}/")


@pytest.mark.parametrize("number", [str(MAX_ID + 1), "1" * 20, "-1", "1x"])
def test_api_address_with_a_number_that_is_no_id_leads_nowhere(number: str) -> None:
    with pytest.raises(Http404):
        resolve(f"/rest/v1/posts/{number}")


def test_username_in_an_address_is_read_in_lower_case() -> None:
    assert resolve("/@Alma/followers/").kwargs == {"username": "alma"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["al-ma", "a" * 31, "alma;x", "älma", "alma%00"])
def test_username_in_an_address_that_nobody_can_have_is_missing(client: Client, name: str) -> None:
    assert client.get(f"/@{name}/followers/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "tag"), [("Sea", "sea"), ("%23Sea", "sea"), ("%EF%AC%81lm", "film"), ("s%C3%B8gr%C3%A6s", "søgræs")]
)
def test_tag_in_an_address_is_read_in_its_one_spelling(typed: str, tag: str) -> None:
    assert resolve(f"/tags/{unquote(typed)}/").kwargs == {"name": tag}


def test_address_of_a_tag_leads_back_to_it() -> None:
    assert reverse("photos:tag", args=["søgræs"]) == "/tags/s%C3%B8gr%C3%A6s/"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a-b", "a b", "a.png", "%00", "%23", "a;x", "a" * 201, "%E2%80%AE"])
def test_tag_in_an_address_that_cannot_be_one_is_missing(client: Client, name: str) -> None:
    assert client.get(f"/tags/{name}/").status_code == 404
