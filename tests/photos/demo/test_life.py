"""The demo as somebody finds it: words, likes, albums, what is kept, and something for staff."""

import pytest

from accounts.models import User
from moderation.models import Case, Report
from photos.albums import album_about
from photos.demo.content import PEOPLE, POSTS
from photos.demo.life import life, live
from photos.models import Album, AlbumItem, Collection, CollectionItem, Comment, CommentLike, PersonTag, Save
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db
MODELS = (Album, AlbumItem, Comment, CommentLike, Save, Collection, CollectionItem, PersonTag, Report, Case)


@pytest.fixture
def people() -> dict[str, User]:
    """The people of the demo with those of their posts that somebody does something with, as if drawn."""
    found = {each.username: make_user(each.username, is_private=each.is_private) for each in PEOPLE}
    for post in POSTS:
        if post.title in named_posts():
            make_post(found[post.author], title=post.title, audience=post.audience)
    return found


def named_posts() -> set[str]:
    tables = life()
    lists = [row["posts"] for name in ("album", "save") for row in tables[name]]
    single = [row["on"] for row in tables["comment"]] + [
        row["post"] for name in ("tag", "report") for row in tables[name]
    ]
    return {title for titles in lists for title in titles} | set(single)


def test_all_that_life_names_is_in_the_demo() -> None:
    assert named_posts() <= {post.title for post in POSTS}


def test_people_live_once_however_often_the_demo_is_loaded(people: dict[str, User]) -> None:
    found = []
    for _ in range(2):
        live(people)
        found.append([model.objects.count() for model in MODELS])

    assert found[0] == found[1]
    assert all(found[0])
    assert (Report.objects.count(), Case.objects.get().state) == (1, "open")


def test_albums_show_a_newcomer_their_covers_and_counts(people: dict[str, User]) -> None:
    live(people)

    about = album_about(make_user(), Album.objects.get(title="A year at the lake").pk)
    trial = album_about(make_user(), Album.objects.get(title="Trying albums out").pk)

    assert (about.post_count, about.cover and about.cover.title) == (5, "Red disc")
    assert trial.post_count == 3


def test_what_is_not_drawn_yet_waits_for_the_next_time() -> None:
    found = {each.username: make_user(each.username) for each in PEOPLE}

    live(found)

    assert [model.objects.count() for model in (Comment, Save, Report)] == [0, 0, 0]
