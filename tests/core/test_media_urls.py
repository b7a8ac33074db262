import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from pytest_django import Settings

from core.media_urls import StoredFile, absolute, is_genuine, media_url

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FILE = StoredFile("renditions", "ab/cd.jpg", "image/jpeg")


def sign(seconds: int = 900, file: StoredFile = FILE) -> tuple[str, str]:
    """Expiry and signature of a fresh address of `file`."""
    query = parse_qs(urlsplit(media_url(file.alias, file.key, content_type=file.content_type, seconds=seconds)).query)
    return query["e"][0], query["signature"][0]


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_media_address_names_storage_key_type_and_expiry() -> None:
    url = urlsplit(media_url("renditions", "ab/cd.jpg", content_type="image/jpeg", seconds=900))

    assert url.path == "/media/renditions/ab/cd.jpg"
    assert {**parse_qs(url.query), "signature": []} == {
        "e": [str(int(NOON.timestamp()) + 900)],
        "t": ["image/jpeg"],
        "signature": [],
    }


def test_media_address_of_a_download_names_the_file_that_people_get() -> None:
    url = urlsplit(
        media_url("originals", "ab/c d.jpg", content_type="image/jpeg", seconds=300, download_name="ü b.jpg")
    )

    expires, signature = parse_qs(url.query)["e"][0], parse_qs(url.query)["signature"][0]
    assert (url.path, parse_qs(url.query)["n"]) == ("/media/originals/ab/c%20d.jpg", ["ü b.jpg"])
    assert is_genuine(StoredFile("originals", "ab/c d.jpg", "image/jpeg", "ü b.jpg"), expires, signature)


@pytest.mark.parametrize(
    ("file", "disposition"),
    [
        (FILE, ""),
        (StoredFile("originals", "a", "image/jpeg"), "attachment"),
        (StoredFile("oslo", "a", "image/jpeg"), "attachment"),
        (StoredFile("renditions", "a", "image/jpeg", "a/b.jpg"), "attachment; filename*=UTF-8''a%2Fb.jpg"),
    ],
)
def test_file_is_shown_only_if_it_is_a_rendition(file: StoredFile, disposition: str) -> None:
    assert file.disposition == disposition


def test_fresh_address_is_genuine() -> None:
    assert is_genuine(FILE, *sign())


def test_address_with_any_character_of_its_signature_changed_is_refused() -> None:
    expires, signature = sign()
    alphabet = string.ascii_letters + string.digits + "-_= "

    accepted = [
        (position, character)
        for position in range(len(signature))
        for character in alphabet
        if is_genuine(FILE, expires, signature[:position] + character + signature[position + 1 :])
        and character != signature[position]
    ]

    assert (len(signature), accepted) == (24, [])


@pytest.mark.parametrize("change", ["", "x", "=", " ", "\n", "ä"])
def test_address_with_a_longer_or_empty_signature_is_refused(change: str) -> None:
    expires, signature = sign()

    assert not is_genuine(FILE, expires, signature + change if change else "")


def test_address_with_any_digit_of_its_expiry_changed_is_refused() -> None:
    expires, signature = sign()

    accepted = [
        changed
        for position in range(len(expires))
        for digit in string.digits
        if (changed := expires[:position] + digit + expires[position + 1 :]) != expires
        and is_genuine(FILE, changed, signature)
    ]

    assert accepted == []


@pytest.mark.parametrize("expires", ["", "-1", "1e9", "٣", "²", "0x7f", "9" * 13, "9" * 5000, "tomorrow", "\x00"])
def test_address_with_an_expiry_that_is_no_time_is_refused(expires: str) -> None:
    assert not is_genuine(FILE, expires, sign()[1])


def test_address_with_another_spelling_of_its_expiry_is_refused() -> None:
    expires, signature = sign()

    assert not is_genuine(FILE, f"0{expires}", signature)


@pytest.mark.parametrize(
    "other",
    [
        StoredFile("originals", "ab/cd.jpg", "image/jpeg"),
        StoredFile("renditions", "ab/ce.jpg", "image/jpeg"),
        StoredFile("renditions", "ab/../ab/cd.jpg", "image/jpeg"),
        StoredFile("renditions", "ab/cd.jpg", "text/html"),
        StoredFile("renditions", "ab/cd.jpg", ""),
        StoredFile("renditions", "ab/cd.jpg", "image/jpeg", "cd.jpg"),
        StoredFile("renditions", "ab/cd.jpg\nimage/jpeg", ""),
        StoredFile("renditions\nab/cd.jpg", "image/jpeg", ""),
    ],
)
def test_signature_of_one_file_is_refused_for_another(other: StoredFile) -> None:
    assert not is_genuine(other, *sign())


def test_address_is_refused_by_an_installation_with_another_key(settings: Settings) -> None:
    expires, signature = sign()

    settings.SECRET_KEY = "another-key-of-another-installation-0123456789"

    assert not is_genuine(FILE, expires, signature)


@pytest.mark.parametrize("seconds", [900, 86_400])
def test_address_lives_for_at_least_half_and_at_most_all_of_its_time(
    at_noon: time_machine.Traveller, seconds: int
) -> None:
    for offset in (0, 1, seconds // 2 - 1, seconds // 2, seconds - 1):
        made = NOON + timedelta(seconds=offset)
        at_noon.move_to(made)
        signed = sign(seconds)

        at_noon.move_to(made + timedelta(seconds=seconds // 2))
        assert is_genuine(FILE, *signed)
        at_noon.move_to(made + timedelta(seconds=seconds))
        assert not is_genuine(FILE, *signed)


def test_address_stays_the_same_for_half_of_its_time(at_noon: time_machine.Traveller) -> None:
    first = sign(900)

    at_noon.move_to(NOON + timedelta(seconds=449))
    assert sign(900) == first
    at_noon.move_to(NOON + timedelta(seconds=450))
    assert sign(900) != first


@pytest.mark.parametrize(
    ("url", "whole"),
    [("/media/a", "http://localhost:8000/media/a"), ("https://s3.example.org/a", "https://s3.example.org/a"), ("", "")],
)
def test_address_for_the_api_starts_with_the_configured_origin(url: str, whole: str) -> None:
    assert absolute(url) == whole
