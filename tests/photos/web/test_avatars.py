import io
import re
from html import escape
from typing import Any

import pytest
from pytest_django import Settings

from accounts.cards import header_card
from accounts.models import User
from photos.models import Avatar, Header, Media
from tests.conftest import AsUser, Settled
from tests.factories import make_block, make_media
from tests.images import jpeg
from tests.photos.web.test_compose import picked

PICTURES = "Pictures can be JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC."


def test_avatar_page_takes_a_picture(alma: User, as_user: Any, settled: Settled) -> None:
    with settled():
        answer = as_user(alma).post("/settings/avatar/", {"file": picked(jpeg())})

    alma.refresh_from_db()
    assert (answer.status_code, answer["Location"], bool(alma.avatar_key)) == (303, "/settings/avatar/", True)


def test_avatar_page_removes_it(alma: User, as_user: Any, settled: Settled) -> None:
    client = as_user(alma)
    with settled():
        client.post("/settings/avatar/", {"file": picked(jpeg())})

    client.post("/settings/avatar/", {"remove": "1"})

    alma.refresh_from_db()
    assert alma.avatar_key == ""


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "Choose a picture first."),
        ({"file": b""}, "The file is empty."),
        ({"file": jpeg()[:-30]}, "The file stops early. Please send it again."),
        ({"file": b"%PDF"}, f"This is a PDF. {PICTURES}"),
    ],
    ids=["nothing", "empty", "truncated", "pdf"],
)
def test_avatar_page_says_what_is_wrong(alma: User, as_user: Any, form: dict[str, bytes], problem: str) -> None:
    answer = as_user(alma).post("/settings/avatar/", {name: io.BytesIO(data) for name, data in form.items()})

    alma.refresh_from_db()
    assert (answer.status_code, answer.context["problem"], alma.avatar_key) == (422, problem, "")


def test_avatar_page_with_a_file_that_is_too_large_says_so(alma: User, as_user: Any, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = settings.PHOTO_MAX_BYTES = settings.VIDEO_MAX_BYTES = 1024

    answer = as_user(alma).post("/settings/avatar/", {"file": picked(jpeg() + b"x" * 1024)})

    assert (answer.status_code, answer.context["problem"], Media.objects.count()) == (
        422,
        "The file is larger than 1 kB.",
        0,
    )


@pytest.mark.parametrize("state", ["received", "processing"])
def test_avatar_page_follows_a_picture_that_is_being_developed(alma: User, as_user: Any, state: str) -> None:
    Avatar.objects.create(user=alma, media=make_media(alma, state=state))

    page, part = as_user(alma).get("/settings/avatar/"), as_user(alma).get("/settings/avatar/status/")

    assert [b"every 3s" in answer.content for answer in (page, part)] == [True, True]
    assert (page.status_code, part.status_code, "HX-Refresh" in part) == (200, 200, False)


def test_avatar_page_tells_why_a_picture_could_not_be_developed(alma: User, as_user: Any) -> None:
    broken = make_media(alma, state="failed", failure_detail="It stops <early>.")
    Avatar.objects.create(user=alma, media=broken)

    page, part = as_user(alma).get("/settings/avatar/"), as_user(alma).get("/settings/avatar/status/")

    assert (b"It stops &lt;early&gt;." in page.content, b"every 3s" in page.content) == (True, False)
    assert part["HX-Refresh"] == "true"


def test_avatar_status_of_a_picture_that_shows_loads_the_page_anew(alma: User, as_user: Any) -> None:
    Avatar.objects.create(user=alma, media=make_media(alma))

    answer = as_user(alma).get("/settings/avatar/status/")

    assert (answer.status_code, answer["HX-Refresh"], b"<section" in answer.content) == (200, "true", False)


# --- The header of the profile


def shown_header(person: User) -> Any:
    return header_card(User.objects.get(pk=person.pk))


def test_header_page_takes_a_picture_with_words_and_the_profile_shows_it(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    with settled():
        answer = as_user(alma).post("/settings/header/", {"file": picked(jpeg()), "alt": 'A "long" beach'})

    assert (answer.status_code, answer["Location"]) == (303, "/settings/header/")
    card = shown_header(alma)
    for viewer in (alma, boris, None):
        page = as_user(viewer).get("/@alma/").content.decode()
        assert (escape(card.url) in page, 'alt="A &quot;long&quot; beach"' in page) == (True, True)
    own = as_user(alma).get("/settings/profile/").content.decode()
    assert (escape(card.url) in own, 'value="A &quot;long&quot; beach"' in own) == (True, True)


def test_header_page_takes_other_words_without_a_file_and_removes_it(
    alma: User, as_user: AsUser, settled: Settled
) -> None:
    client = as_user(alma)
    with settled():
        client.post("/settings/header/", {"file": picked(jpeg())})

    said = client.post("/settings/header/", {"alt": "Dunes"})
    assert (said.status_code, shown_header(alma).alt) == (303, "Dunes")

    client.post("/settings/header/", {"remove": "1"})
    assert shown_header(alma) is None
    assert b"header-picture" not in client.get("/@alma/").content


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"alt": "Dunes"}, "Choose a picture first."),
        ({"file": b"%PDF"}, f"This is a PDF. {PICTURES}"),
        ({"file": jpeg(), "alt": "x" * 1001}, "The description may have 1000 signs."),
    ],
    ids=["nothing", "pdf", "words"],
)
def test_header_page_says_what_is_wrong(alma: User, as_user: AsUser, form: dict[str, Any], problem: str) -> None:
    sent = {name: io.BytesIO(value) if isinstance(value, bytes) else value for name, value in form.items()}

    answer = as_user(alma).post("/settings/header/", sent)

    assert (answer.status_code, answer.context["problem"], Header.objects.count()) == (422, problem, 0)


def test_header_page_follows_a_picture_that_is_being_developed(alma: User, as_user: AsUser) -> None:
    Header.objects.create(user=alma, media=make_media(alma, state="processing"))

    page, part = as_user(alma).get("/settings/header/"), as_user(alma).get("/settings/header/status/")

    asks = b'hx-get="/settings/header/status/"'
    assert [asks in answer.content for answer in (page, part)] == [True, True]
    assert "HX-Refresh" not in part


def test_header_of_who_blocked_the_viewer_is_not_shown(
    alma: User, boris: User, as_user: AsUser, settled: Settled
) -> None:
    with settled():
        as_user(alma).post("/settings/header/", {"file": picked(jpeg())})
    make_block(alma, boris)

    answer = as_user(boris).get("/@alma/")

    assert (answer.status_code, b"header-picture" in answer.content) == (404, False)


def test_header_is_no_picture_for_other_sites(alma: User, as_user: AsUser, settled: Settled) -> None:
    before = re.findall(r'<meta property="og:[^>]*>', as_user(None).get("/@alma/").content.decode())
    with settled():
        as_user(alma).post("/settings/header/", {"file": picked(jpeg())})

    after = re.findall(r'<meta property="og:[^>]*>', as_user(None).get("/@alma/").content.decode())

    assert after == before
