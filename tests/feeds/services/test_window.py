from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from feeds.services import window
from feeds.services.window import WindowKeeper, load_window
from feeds.timeline import valkey_clock
from tests.away import take_valkey_away
from tests.factories import make_post


def test_window_has_the_published_posts_for_feeds_newest_first(alma: User, boris: User) -> None:
    for fields in ({"audience": "unlisted"}, {"audience": "only_me"}, {"state": "trashed"}, {"state": "publishing"}):
        make_post(alma, **fields)  # type: ignore[arg-type]
    posts = [make_post(author, audience=audience).pk for author, audience in ((alma, "public"), (boris, "followers"))]

    loaded = load_window()

    assert loaded.post_ids.tolist() == posts[::-1]
    assert [loaded.parts[place] for place in loaded.author_of] == [boris.pk, alma.pk]


@pytest.mark.parametrize(("days", "there"), [(6.9, True), (7.1, False), (-0.05, True)])
def test_window_is_as_wide_as_configured_and_takes_clocks_that_are_ahead(
    settings: Settings, alma: User, days: float, there: bool
) -> None:
    settings.FEED_WINDOW_DAYS = 7
    post = make_post(alma, at=timezone.now() - timedelta(days=days))

    assert load_window().post_ids.tolist() == ([post.pk] if there else [])


def test_window_leaves_out_closed_accounts(alma: User, boris: User) -> None:
    make_post(alma)
    stays = make_post(boris)
    User.objects.filter(pk=alma.pk).update(is_active=False)

    assert load_window().post_ids.tolist() == [stays.pk]


@pytest.mark.parametrize("most", [1, 3, 9])
def test_window_has_the_newest_posts_of_each_author(settings: Settings, alma: User, boris: User, most: int) -> None:
    settings.FEED_POSTS_PER_AUTHOR = most
    posts = [make_post(author).pk for author in (alma, boris, alma, alma, boris, alma)]
    own = {author: [post for post, who in zip(posts, "abaaba", strict=True) if who == author] for author in "ab"}

    loaded = load_window()

    assert loaded.post_ids.tolist() == sorted(own["a"][-most:] + own["b"][-most:], reverse=True)


@pytest.mark.django_db
def test_window_of_a_site_without_posts_is_empty() -> None:
    loaded = load_window()

    assert [len(loaded.post_ids), len(loaded.parts), len(loaded.keys)] == [0, 0, 0]


@pytest.mark.django_db
def test_window_tells_the_moment_before_it_was_read(settings: Settings) -> None:
    before = valkey_clock()

    moment = load_window().pulled_until

    assert before <= moment <= valkey_clock()


@pytest.mark.django_db
def test_window_is_loaded_with_valkey_away(settings: Settings) -> None:
    take_valkey_away(settings)

    assert load_window().pulled_until > 0


def test_window_whose_keys_cannot_hold_the_scores_is_refused(monkeypatch: pytest.MonkeyPatch, alma: User) -> None:
    monkeypatch.setattr(window, "BITS", 30)
    for days in (1, 29):
        make_post(alma, at=timezone.now() - timedelta(days=days))

    with pytest.raises(OverflowError, match="2 posts are too many for a window of 30 days"):
        load_window()


def test_process_loads_a_window_once_a_run(alma: User) -> None:
    keeper = WindowKeeper()
    first = keeper.window_of(7)
    post = make_post(alma)

    with CaptureQueriesContext(connection) as queries:
        again = keeper.window_of(7)
    next_run = keeper.window_of(8)

    assert (again is first, len(queries)) == (True, 0)
    assert next_run.post_ids.tolist() == [post.pk]
