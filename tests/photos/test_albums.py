"""Who may open an album, and what each finds in it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.querysets import Viewer
from core.exceptions import Malformed, NotFound
from core.models import new_id
from photos.access import get_album_for
from photos.albums import album_about, album_post_for_link, album_posts_for_link, albums_page, posts_in_album
from photos.models import Album, AlbumItem, Post
from photos.services.trash import restore_post, trash_post
from tests.factories import make_album, make_block, make_close_friend, make_follow, make_post

NOBODY = AnonymousUser()
AUDIENCES = ["public", "unlisted", "followers", "close_friends", "only_me"]


def opens(viewer: Viewer, album: Album) -> bool:
    try:
        return get_album_for(viewer, album.pk) == album
    except NotFound:
        return False


def ids_in(album: Album, viewer: Viewer) -> list[int]:
    return [post.pk for post in posts_in_album(album, viewer, cursor="", limit=100).items]


def listed(viewer: Viewer, owner: User) -> list[str]:
    return [about.album.audience for about in albums_page(viewer, owner, cursor="", limit=100).items]


def test_audience_of_an_album_says_who_opens_it_and_who_finds_it(alma: User, boris: User, carla: User) -> None:
    make_follow(boris, alma)
    make_close_friend(alma, carla)
    albums = [make_album(alma, audience=audience) for audience in AUDIENCES]
    opened = {
        "alma": AUDIENCES,
        "boris": ["public", "unlisted", "followers"],
        "carla": ["public", "unlisted", "close_friends"],
        "nobody": ["public", "unlisted"],
    }
    viewers: dict[str, Viewer] = {"alma": alma, "boris": boris, "carla": carla, "nobody": NOBODY}

    for name, viewer in viewers.items():
        assert [album.audience for album in albums if opens(viewer, album)] == opened[name]
        found = [audience for audience in opened[name] if audience != "unlisted" or name == "alma"]
        assert listed(viewer, alma) == found[::-1]


def test_albums_of_a_private_account_are_for_those_who_follow_it(alma: User, boris: User, carla: User) -> None:
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(is_private=True)
    albums = [make_album(alma, audience=audience) for audience in ("public", "unlisted")]

    assert [[opens(viewer, album) for album in albums] for viewer in (boris, carla, NOBODY)] == [
        [True, True],
        [False, False],
        [False, False],
    ]


def test_albums_are_closed_across_a_block_and_with_the_account(alma: User, boris: User, carla: User) -> None:
    make_block(alma, boris)
    make_block(carla, alma)
    album = make_album(alma)

    assert [opens(viewer, album) for viewer in (boris, carla)] == [False, False]

    User.objects.filter(pk=alma.pk).update(is_active=False)
    assert opens(NOBODY, album) is False


def test_viewer_finds_the_posts_that_they_may_see_in_the_order_of_the_owner(alma: User, boris: User) -> None:
    posts = [make_post(alma, audience=audience) for audience in AUDIENCES]
    album = make_album(alma, *reversed(posts))
    make_follow(boris, alma)
    public, _unlisted, followers, *_ = (post.pk for post in posts)

    assert ids_in(album, alma) == [post.pk for post in reversed(posts)]
    assert ids_in(album, boris) == [followers, public]
    assert ids_in(album, NOBODY) == [public]


def test_unlisted_posts_show_to_others_in_an_unlisted_album_alone(alma: User, boris: User) -> None:
    post = make_post(alma, audience="unlisted")
    shown = make_album(alma, post, audience="unlisted")
    hidden = make_album(alma, post)

    assert [ids_in(shown, viewer) for viewer in (boris, NOBODY)] == [[post.pk], [post.pk]]
    assert [ids_in(hidden, viewer) for viewer in (boris, NOBODY, alma)] == [[], [], [post.pk]]
    assert album_about(boris, hidden.pk).cover is None


def test_link_opens_what_is_published_and_not_for_the_owner_alone(alma: User) -> None:
    posts = [make_post(alma, audience=audience) for audience in AUDIENCES]
    album = make_album(alma, *posts, make_post(alma, state="archived"), make_post(alma, state="trashed"))

    first = album_posts_for_link(album, cursor="", limit=3)
    rest = album_posts_for_link(album, cursor=first.next_cursor, limit=3)

    assert [*first.items, *rest.items] == posts[:4]
    assert (album_post_for_link(album, posts[3].pk), rest.next_cursor) == (posts[3], "")
    for post in (posts[4], make_post(alma)):
        with pytest.raises(NotFound):
            album_post_for_link(album, post.pk)


def test_pages_follow_the_order_with_equal_places_too(alma: User) -> None:
    posts = [make_post(alma) for _ in range(5)]
    album = make_album(alma, *posts)
    AlbumItem.objects.update(position=7)

    found: list[Post] = []
    cursor = ""
    for _ in range(3):
        page = posts_in_album(album, NOBODY, cursor=cursor, limit=2)
        found += page.items
        cursor = page.next_cursor

    assert (found, cursor) == (posts, "")


def test_cursor_of_another_list_is_refused(alma: User) -> None:
    album = make_album(alma, make_post(alma))

    with pytest.raises(Malformed):
        posts_in_album(album, alma, cursor="YWxidW1zLjE", limit=2)


def test_cover_is_the_chosen_one_or_the_first_that_the_viewer_may_see(alma: User, boris: User) -> None:
    secret, shown, chosen = (make_post(alma, audience=each) for each in ("followers", "public", "followers"))
    album = make_album(alma, secret, shown, chosen, cover=chosen)

    found = {name: album_about(viewer, album.pk) for name, viewer in (("alma", alma), ("boris", boris))}

    assert {name: (about.cover, about.post_count) for name, about in found.items()} == {
        "alma": (chosen, 3),
        "boris": (shown, 1),
    }


def test_cover_is_none_of_the_posts_that_stand_in_no_album(alma: User) -> None:
    first, other = make_post(alma), make_post(alma)
    album = make_album(alma, first, cover=other)

    assert album_about(alma, album.pk).cover == first


def test_trashed_post_is_out_of_the_album_and_comes_back_to_its_place(alma: User) -> None:
    posts = [make_post(alma) for _ in range(3)]
    album = make_album(alma, *posts, cover=posts[1])

    trash_post(alma, posts[1])
    during = (ids_in(album, alma), album_about(alma, album.pk).cover, album_about(alma, album.pk).post_count)
    restore_post(alma, posts[1])

    assert during == ([posts[0].pk, posts[2].pk], posts[0], 2)
    assert ids_in(album, alma) == [post.pk for post in posts]
    assert album_about(alma, album.pk).cover == posts[1]


@pytest.mark.parametrize("state", ["archived", "removed", "publishing"])
def test_post_that_is_not_published_is_in_nobodys_view_of_the_album(alma: User, state: str) -> None:
    album = make_album(alma, make_post(alma, state=state))

    assert (ids_in(album, alma), album_about(alma, album.pk).post_count) == ([], 0)


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_albums_takes_two_queries(
    alma: User, boris: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_album(alma, *(make_post(alma) for _ in range(count)))

    with django_assert_num_queries(2):
        found = albums_page(boris, alma, cursor="", limit=10)

    assert [about.post_count for about in found.items] == [count] * count


def test_somebody_elses_album_id_is_missing_like_one_that_never_was(alma: User, boris: User) -> None:
    hidden = make_album(alma, audience="only_me")

    for album_id in (hidden.pk, new_id(alma.pk)):
        with pytest.raises(NotFound):
            get_album_for(boris, album_id)
    assert Post.objects.exists() is False
