from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services.blocklists import add_words
from accounts.services.closing import close_account
from core.exceptions import InvalidInput, NotAllowed, NotFound
from photos.albums import album_shelves, posts_in_album
from photos.models import Album, AlbumItem, Post
from photos.services import albums
from photos.services.albums import (
    AlbumDraft,
    add_to_album,
    change_album,
    create_album,
    delete_album,
    file_in_albums,
    move_in_album,
    order_album,
    step_in_album,
    take_from_album,
)
from photos.services.purging import purge_account
from photos.services.trash import purge_post, restore_post, trash_post
from tests.conftest import Settled
from tests.factories import PASSWORD, make_album, make_post, make_user
from tests.parallel import together


def ids(posts: Sequence[Post]) -> list[int]:
    return [post.pk for post in posts]


def order_of(album: Album) -> list[int]:
    return ids(posts_in_album(album, album.owner, cursor="", limit=2000).items)


def test_album_is_made_with_words_tidied_and_posts_in_their_order(alma: User) -> None:
    posts = [make_post(alma) for _ in range(3)]

    made = create_album(alma, AlbumDraft(" Ferry \n trip ", "Two days.\r\nRain.", "followers"), ids(posts[::-1]))

    assert (made.title, made.text, made.audience) == ("Ferry trip", "Two days.\nRain.", "followers")
    assert order_of(made) == ids(posts[::-1])


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (AlbumDraft(" "), "title", "empty"),
        (AlbumDraft("a" * 121), "title", "too_long"),
        (AlbumDraft("a", "b" * 2201), "text", "too_long"),
        (AlbumDraft("a", "\x00"), "text", "invalid"),
        (AlbumDraft("a", "", "friends"), "audience", "unknown_choice"),
    ],
)
def test_words_that_cannot_be_kept_are_refused(alma: User, draft: AlbumDraft, field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_album(alma, draft)

    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]
    assert Album.objects.exists() is False


def test_words_that_staff_have_blocked_are_refused_in_titles_and_texts(alma: User) -> None:
    add_words(make_user("vera", is_staff=True), ["mushroom"])
    album = make_album(alma)

    for changes in ({"title": "Mushroom"}, {"text": "a mushroom"}):
        with pytest.raises(InvalidInput):
            change_album(alma, album.pk, changes)
    album.refresh_from_db()
    assert (album.title, album.text) == ("Ferry trip", "")


def test_albums_have_an_end(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "MOST_ALBUMS", 1)
    create_album(alma, AlbumDraft("One"))

    with pytest.raises(NotAllowed) as refused:
        create_album(alma, AlbumDraft("Two"))

    assert (refused.value.code, Album.objects.count()) == ("too_many_albums", 1)


def test_an_album_has_room_for_so_many_posts(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "MOST_POSTS", 2)
    posts = [make_post(alma) for _ in range(3)]
    album = make_album(alma, posts[0])

    with pytest.raises(NotAllowed) as refused:
        add_to_album(alma, album.pk, ids(posts))

    assert (refused.value.code, order_of(album)) == ("album_full", [posts[0].pk])
    assert order_of(add_to_album(alma, album.pk, ids(posts[:2]))) == ids(posts[:2])


def test_posts_of_others_and_deleted_ones_do_not_go_in(alma: User, boris: User) -> None:
    album, own = make_album(alma), make_post(alma)

    for other in (make_post(boris), make_post(alma, state="trashed"), make_post(alma, state="removed")):
        with pytest.raises(InvalidInput):
            add_to_album(alma, album.pk, [own.pk, other.pk])
    assert AlbumItem.objects.exists() is False


def test_post_stands_in_an_album_once_and_where_it_stood(alma: User) -> None:
    posts = [make_post(alma) for _ in range(3)]
    album = make_album(alma, *posts[:2])

    add_to_album(alma, album.pk, [posts[2].pk, posts[0].pk, posts[2].pk])

    assert order_of(album) == ids(posts)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_put_every_post_in_once_at_a_place_of_its_own() -> None:
    alma = make_user("alma")
    album = make_album(alma)
    posts = [make_post(alma) for _ in range(5)]

    def put(number: int) -> None:
        with suppress(NotFound):
            add_to_album(alma, album.pk, [posts[number % 5].pk])
            step_in_album(alma, album.pk, posts[number % 5].pk, -1)

    together([partial(put, number) for number in range(20)])

    assert sorted(order_of(album)) == ids(posts)
    assert len(set(AlbumItem.objects.values_list("position", flat=True))) == 5


def test_taking_out_leaves_the_post_and_unsets_the_cover(alma: User) -> None:
    first, second = make_post(alma), make_post(alma)
    album = make_album(alma, first, second, cover=first)

    take_from_album(alma, album.pk, first.pk)

    album.refresh_from_db()
    assert (order_of(album), album.cover, Post.objects.filter(pk=first.pk).exists()) == ([second.pk], None, True)
    with pytest.raises(NotFound):
        take_from_album(alma, album.pk, first.pk)


def test_deleting_an_album_leaves_its_posts(alma: User) -> None:
    post = make_post(alma)
    album = make_album(alma, post)

    delete_album(alma, album.pk)

    assert (Album.objects.exists(), AlbumItem.objects.exists(), Post.objects.get()) == (False, False, post)


def test_posts_named_come_first_and_the_rest_follows_as_it_was(alma: User) -> None:
    one, two, three, four = posts = [make_post(alma) for _ in range(4)]
    album = make_album(alma, *posts)

    order_album(alma, album.pk, ids([four, two]))

    assert order_of(album) == ids([four, two, one, three])


def test_what_is_in_the_trash_keeps_its_place_while_others_move(alma: User) -> None:
    one, two, three = posts = [make_post(alma) for _ in range(3)]
    album = make_album(alma, *posts)
    trash_post(alma, two)

    order_album(alma, album.pk, ids([three, one]))
    restore_post(alma, two)

    assert order_of(album) == ids([three, two, one])


@pytest.mark.parametrize(
    ("places", "found"), [({0: 3}, [1, 2, 0, 3]), ({3: 1, 0: 2}, [3, 0, 1, 2]), ({1: 99}, [0, 2, 3, 1])]
)
def test_posts_go_to_the_places_they_are_given(alma: User, places: dict[int, int], found: list[int]) -> None:
    posts = [make_post(alma) for _ in range(4)]
    album = make_album(alma, *posts)

    move_in_album(alma, album.pk, {posts[each].pk: place for each, place in places.items()} | {7: 1})

    assert order_of(album) == [posts[each].pk for each in found]


@pytest.mark.parametrize(("step", "found"), [(-1, [1, 0, 2]), (1, [0, 2, 1]), (-5, [1, 0, 2]), (5, [0, 2, 1])])
def test_steps_end_at_the_ends(alma: User, step: int, found: list[int]) -> None:
    posts = [make_post(alma) for _ in range(3)]
    album = make_album(alma, *posts)

    step_in_album(alma, album.pk, posts[1].pk, step)

    assert order_of(album) == [posts[each].pk for each in found]


def test_cover_is_one_of_the_posts_in_the_album(alma: User) -> None:
    inside, outside = make_post(alma), make_post(alma)
    album = make_album(alma, inside)

    changed = change_album(alma, album.pk, {"cover": inside.pk})

    assert (changed.cover, changed.edited_at) == (inside, None)
    with pytest.raises(InvalidInput):
        change_album(alma, album.pk, {"cover": outside.pk})
    assert change_album(alma, album.pk, {"cover": None, "title": "Rain"}).cover is None


def test_filing_chooses_among_what_was_shown_and_leaves_the_rest(alma: User, boris: User) -> None:
    post = make_post(alma, audience="followers")
    one, two = make_album(alma, title="One"), make_album(alma, post, title="Two")
    newer, foreign = make_album(alma, post, title="Newer"), make_album(boris, title="Foreign")

    file_in_albums(alma, post.pk, chosen=[one.pk, foreign.pk], newest_shown=two.pk, new_name="Fresh")

    found = {shelf.album.title: shelf.has_post for shelf in album_shelves(alma, post)}
    assert found == {"One": True, "Two": False, newer.title: True, "Fresh": True}
    assert (Album.objects.get(title="Fresh").audience, foreign.items.exists()) == ("followers", False)


def test_albums_of_others_are_not_there(alma: User, boris: User) -> None:
    post = make_post(alma)
    album = make_album(alma, post)

    for act in (
        lambda: change_album(boris, album.pk, {"title": "Mine"}),
        lambda: delete_album(boris, album.pk),
        lambda: add_to_album(boris, album.pk, []),
        lambda: take_from_album(boris, album.pk, post.pk),
        lambda: order_album(boris, album.pk, [post.pk]),
        lambda: move_in_album(boris, album.pk, {post.pk: 1}),
        lambda: step_in_album(boris, album.pk, post.pk, 1),
        lambda: file_in_albums(boris, post.pk, chosen=[album.pk]),
    ):
        with pytest.raises(NotFound):
            act()
    assert list(Album.objects.values_list("title", "items__post")) == [("Ferry trip", post.pk)]


def test_purged_post_leaves_albums_and_their_cover(alma: User, settled: Settled) -> None:
    first, second = make_post(alma), make_post(alma)
    album = make_album(alma, first, second, cover=first)
    trash_post(alma, first)

    with settled():
        purge_post(first.pk)

    album.refresh_from_db()
    assert (album.cover, order_of(album)) == (None, [second.pk])


def test_albums_go_with_the_account(alma: User, boris: User, settled: Settled) -> None:
    make_album(alma, make_post(alma))
    kept = make_album(boris, make_post(boris))

    with settled():
        close_account(alma, password=PASSWORD, address="192.0.2.7")
        User.objects.filter(pk=alma.pk).update(delete_at=timezone.now())
        purge_account(alma.pk)

    assert [list(Album.objects.all()), AlbumItem.objects.count()] == [[kept], 1]
