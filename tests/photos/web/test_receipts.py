import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.ids import to_code
from photos.access import get_own_media
from photos.models import OriginalCopy, Post
from photos.services.alarms import open_alarm
from photos.services.receipts import canonical_json, is_genuine_receipt, public_key_pem, receipt_of
from photos.web.receipts import kept_words
from tests.conftest import AsUser
from tests.factories import make_media, make_post


def address(post: Post, end: str = "/") -> str:
    return f"/p/{to_code(post.pk)}/receipt/{post.media.get().pk}{end}"


@pytest.fixture
def post(alma: User) -> Post:
    return make_post(alma)


def test_receipt_shows_its_owner_what_is_kept_and_where(as_user: AsUser, alma: User, post: Post) -> None:
    response = as_user(alma).get(address(post))

    media = post.media.get()
    assert response.status_code == 200
    assert response.context["receipt"] == receipt_of(get_own_media(alma, media.pk))
    for shown in (media.sha256, str(media.pk), "originals-copy", "2 copies, verified just now"):
        assert shown in response.text


def test_receipt_file_is_the_spelling_that_is_signed(as_user: AsUser, alma: User, post: Post) -> None:
    response = as_user(alma).get(address(post, ".json"))

    receipt = receipt_of(get_own_media(alma, post.media.get().pk))
    assert (response.status_code, response.content) == (200, canonical_json(receipt))
    assert response["Content-Disposition"] == f'attachment; filename="receipt-{receipt["id"]}.json"'
    assert response["Cache-Control"] == "private, no-store"
    assert is_genuine_receipt(json.loads(response.content))


def test_receipt_of_a_lost_original_says_so_here_and_at_the_post(as_user: AsUser, alma: User, post: Post) -> None:
    media = post.media.get()
    media.copies.update(damaged_at=timezone.now())
    open_alarm("lost", "", media=media)

    pages = [as_user(alma).get(path).text for path in (address(post), f"/p/{to_code(post.pk)}/")]

    for page in pages:
        assert "No right copy is left. The people who run this site have been told." in page
        assert "being repaired" not in page


@pytest.mark.parametrize("end", ["/", ".json"])
def test_receipt_is_missing_for_everybody_else(as_user: AsUser, boris: User, post: Post, end: str) -> None:
    stranger = as_user(None).get(address(post, end))

    assert as_user(boris).get(address(post, end)).status_code == 404
    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("end", ["/", ".json"])
def test_receipt_of_a_media_that_is_in_another_post_is_missing(
    as_user: AsUser, alma: User, post: Post, end: str
) -> None:
    other = make_media(alma)

    assert as_user(alma).get(f"/p/{to_code(post.pk)}/receipt/{other.pk}{end}").status_code == 404


def test_key_of_receipts_is_for_everybody_and_may_be_kept_for_an_hour(client: Client) -> None:
    response = client.get("/.well-known/receipt-key")

    assert (response.status_code, response.text) == (200, public_key_pem())
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in response


def test_key_of_receipts_is_only_read(client: Client) -> None:
    assert client.post("/.well-known/receipt-key").status_code == 405


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ([(5, False), (3 * 3600 + 60, False)], "2 copies, verified 3 hours ago"),
        ([(90, False)], "1 copy, verified 1 minute ago"),
        ([(0, False), (86400, True)], "1 copy, verified just now; 1 more is being repaired"),
        ([(0, True), (0, True)], "No copy is right at the moment. The people who run this site have been told."),
        ([], "No copy is right at the moment. The people who run this site have been told."),
    ],
)
def test_words_tell_how_well_an_original_is_kept(ages: list[tuple[int, bool]], words: str) -> None:
    now = timezone.now()
    copies = [
        OriginalCopy(verified_at=now - timedelta(seconds=age), damaged_at=now if damaged else None)
        for age, damaged in ages
    ]

    assert kept_words(copies) == words
