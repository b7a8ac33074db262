"""GET /rest/v1/search for posts: stems, phrases, minus and operators, and what stands behind the caption."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.models import User
from photos.models import Post
from photos.services.wording import keep_words
from tests.conftest import AsApp
from tests.factories import make_media, make_post
from tests.feeds.api.test_search import find
from tests.reading import ids_in

Titled = Callable[..., Post]


@pytest.fixture
def titled(alma: User) -> Titled:
    return lambda title, **fields: make_post(alma, title=title, **fields)


def test_place_and_author_come_behind_the_caption(titled: Titled, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(display_name="Harbour Hand")
    boris.refresh_from_db()
    author, place = make_post(boris, title="Lake"), titled("Lake", location_name="Old harbour")
    caption, title = titled("Lake", caption="harbour"), titled("Harbour")

    assert find("harbour") == [title.pk, caption.pk, place.pk, author.pk]
    assert [find("lake boris"), find("old lake")] == [[author.pk], [place.pk]]


@pytest.mark.parametrize("typed", ["mountain", "mountains", "Mountains lake", "the mountains lake"])
def test_other_forms_of_a_word_are_found(titled: Titled, typed: str) -> None:
    posts = [titled("Mountain lake"), titled("Mountains and lakes")]

    assert sorted(find(typed)) == [post.pk for post in posts]


def test_language_of_who_searches_says_what_the_forms_of_a_word_are(titled: Titled, as_app: AsApp, boris: User) -> None:
    post = titled("Der Baum und das Haus")
    client = as_app(boris)

    answers = {
        language: client.get("/rest/v1/search?q=häuser", headers={"Accept-Language": language})
        for language in ("de-AT", "en")
    }

    assert {language: ids_in(answer) for language, answer in answers.items()} == {"de-AT": [post.pk], "en": []}
    assert "Accept-Language" in answers["en"]["Vary"]


def test_phrase_is_found_as_it_stands_alone(titled: Titled) -> None:
    phrase = titled("The golden hour")
    titled("Golden light in an hour")
    titled("Goldens hour")

    assert find('"golden hour"') == [phrase.pk]


def test_part_of_a_run_is_found_in_a_phrase(titled: Titled) -> None:
    post = titled("東京タワー 夜景")

    assert [find('"タワー 夜景"'), find('"東京 夜景"')] == [[post.pk], []]


def test_minus_leaves_out_what_stands_anywhere(titled: Titled) -> None:
    kept = titled("Lake")
    titled("Lake", caption="at dawn")
    titled("Lake", tags=("dawn",))

    assert [find("lake -dawn"), find('lake -"at dawn" -tag:dawn'), find("-dawn")] == [[kept.pk], [kept.pk], []]


def test_operators_find_posts_without_a_word(titled: Titled, alma: User, boris: User, as_app: AsApp) -> None:
    video, tagged = titled("Lake", location_name="Porto"), titled("", tags=("mist",))
    make_media(alma, video, kind="video", position=1)
    keep_words(video, [])
    his = make_post(boris, title="Lake", location_name="Porto, Portugal")

    found = {
        typed: find(typed, as_app(boris))
        for typed in ("from:alma", "from:me", "tag:mist", "type:video", "place:porto", "place:portugal", "has:location")
    }

    assert found == {
        "from:alma": [tagged.pk, video.pk],
        "from:me": [his.pk],
        "tag:mist": [tagged.pk],
        "type:video": [video.pk],
        "place:porto": [his.pk, video.pk],
        "place:portugal": [],
        "has:location": [his.pk, video.pk],
    }
    assert [find("from:me"), find("lake -from:boris"), find("from:nobody lake")] == [[], [video.pk], []]


def test_days_are_those_of_who_asks(titled: Titled, as_app: AsApp, boris: User) -> None:
    late = titled("Lake", at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))
    early = titled("Lake", at=datetime(2026, 5, 1, 0, 30, tzinfo=UTC))
    old = titled("Lake", at=datetime(2011, 5, 1, tzinfo=UTC))
    User.objects.filter(pk=boris.pk).update(time_zone="Europe/Vienna")

    asked = ("lake after:2026-06", "lake before:2026-06", "after:2026-05 before:2026-06", "lake before:2012")
    visitor, member = ([find(typed, client) for typed in asked] for client in (None, as_app(boris)))

    may = [late.pk, early.pk]
    assert visitor == [[], [*may, old.pk], may, [old.pk]]
    assert member == [[late.pk], [early.pk, old.pk], [early.pk], [old.pk]]


@pytest.mark.parametrize("typed", ["tag:secret", "place:porto", '"golden hour"', "from:alma", "after:2020", "golden"])
def test_operators_find_nothing_that_is_hidden(titled: Titled, typed: str) -> None:
    titled("Golden hour", audience="only_me", tags=("secret",), location_name="Porto")

    assert find(typed) == []
