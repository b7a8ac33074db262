"""What closes something closes it at once, on every surface, with every cache warm: nothing waits for a rebuild."""

from collections.abc import Callable

import pytest

from accounts.models import CloseFriend, User
from accounts.services.blocks import block_user
from accounts.services.closing import close_account, deactivate_account
from accounts.services.follows import remove_follower
from accounts.services.profiles import set_account_private
from accounts.services.relations import tell_relations_changed
from feeds.services.explore import refresh_explore
from feeds.timeline import Timeline, write_timeline
from photos.models import Post
from photos.services.archive import archive_post
from photos.services.posts import edit_post
from photos.services.removals import remove_post
from photos.services.trash import trash_post
from tests.conftest import Settled
from tests.factories import PASSWORD, make_user
from tests.privacy.answers import status_of
from tests.privacy.asking import in_lists, on_pages, paths_in
from tests.privacy.surfaces import READING, Surface
from tests.privacy.world import PLACE, TAG, Kind, World, make_world
from tests.ready import lift_bars

pytestmark = pytest.mark.django_db

PUBLIC, UNLISTED = ("public", "published"), ("unlisted", "published")
FOLLOWERS, CLOSE = ("followers", "published"), ("close_friends", "published")
OPEN = {PUBLIC, UNLISTED}
ALL = {PUBLIC, UNLISTED, FOLLOWERS, CLOSE}
GATES = {name: READING[name] for name in ("page", "why", "likers", "original", "api post", "api likers")}


def everything(world: World) -> dict[str, set[Kind]]:
    """What the viewer finds on every surface; explore, tags, profile, feeds of both kinds, page and API."""
    lists = {
        "top": on_pages(world, "/?ranking=top"),
        "latest": on_pages(world, "/?ranking=latest"),
        "api top": in_lists(world, "/rest/v1/feed"),
        "api latest": in_lists(world, "/rest/v1/feed?ranking=latest"),
        "profile": on_pages(world, "/@author/"),
        "contact": on_pages(world, "/@author/?view=contact"),
        "api profile": in_lists(world, "/rest/v1/users/author/posts"),
        "explore": on_pages(world, "/explore/"),
        "api explore": in_lists(world, "/rest/v1/explore"),
        "tag": on_pages(world, f"/tags/{TAG}/"),
        "api tag": in_lists(world, f"/rest/v1/tags/{TAG}/posts"),
        "place": on_pages(world, f"/places/{PLACE}/"),
        "api place": in_lists(world, f"/rest/v1/places/{PLACE}/posts"),
        "search": on_pages(world, f"/search/?q={TAG}"),
        "api search": in_lists(world, f"/rest/v1/search?q={TAG}"),
        "atom": on_pages(world, "/@author/feed.atom"),
    }
    return lists | {name: _opened(world, surface) for name, surface in GATES.items()}


def _opened(world: World, surface: Surface) -> set[Kind]:
    """Of which of the posts that were out it is shown."""
    return {kind for kind in ALL if status_of(surface.ask(world, world.posts[kind].pk, world.media[kind].pk)) == 200}


def warm(world: World) -> None:
    """All of it asked twice, so that every card, feed and fact is ready, in Valkey and in this process."""
    assert world.viewer is not None
    write_timeline(world.viewer.pk, Timeline(1, 1, [post.pk for post in world.posts.values()]))
    refresh_explore()
    for _ in range(2):
        lift_bars()
        everything(world)


def _of_all(change: Callable[[User, Post], object]) -> Callable[[World], None]:
    def change_all(world: World) -> None:
        for kind in ALL:
            change(world.author, world.posts[kind])

    return change_all


def _to(audience: str) -> Callable[[World], None]:
    return _of_all(lambda author, post: edit_post(author, Post.objects.get(pk=post.pk), {"audience": audience}))


def _take_off_the_list(world: World) -> None:
    CloseFriend.objects.filter(owner=world.author).delete()
    assert world.viewer is not None
    tell_relations_changed(world.viewer.pk)


def _remove(world: World) -> None:
    keeper = make_user("keeper", is_staff=True)
    for kind in ALL:
        remove_post(keeper, world.posts[kind], reason="No spam.")


def _leave(world: World, leave: Callable[..., None]) -> None:
    leave(world.author, password=PASSWORD, address="192.0.2.7")


def _viewer(world: World) -> User:
    assert world.viewer is not None
    return world.viewer


# Who looks, what happens, and what that person may see afterwards of the posts that were out.
CHANGES: dict[str, tuple[str, Callable[[World], None], set[Kind]]] = {
    "account made private, a stranger": ("stranger", lambda w: set_account_private(w.author, is_private=True), set()),
    "account made private, a close friend": (
        "close_friend",
        lambda w: set_account_private(w.author, is_private=True),
        {CLOSE},
    ),
    "narrowed to followers": ("stranger", _to("followers"), set()),
    "narrowed to close friends": ("follower", _to("close_friends"), set()),
    "narrowed to the author": ("close_follower", _to("only_me"), set()),
    "follower removed": ("follower", lambda w: remove_follower(w.author, _viewer(w)), OPEN),
    "close friend taken off the list": ("close_follower", _take_off_the_list, {*OPEN, FOLLOWERS}),
    "blocked": ("close_follower", lambda w: block_user(w.author, _viewer(w)), set()),
    "blocking": ("close_follower", lambda w: block_user(_viewer(w), w.author), set()),
    "put into the trash": ("close_follower", _of_all(trash_post), set()),
    "archived": ("close_follower", _of_all(archive_post), set()),
    "removed": ("close_follower", _remove, set()),
    "account deactivated": ("close_follower", lambda w: _leave(w, deactivate_account), set()),
    "account closed": ("close_follower", lambda w: _leave(w, close_account), set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_closed_is_closed_on_every_surface_at_once(name: str) -> None:
    viewer, change, left = CHANGES[name]
    world = make_world(viewer, "open")
    warm(world)
    before = everything(world)

    change(world)

    for _ in ("while the change is barred", "made ready again"):
        after = everything(world)
        assert {surface: found - left for surface, found in after.items() if found - left} == {}
        assert after["page"] == after["api post"] == left
        lift_bars()
    assert before["page"] >= left
    assert {surface for surface in ("page", "profile", "tag", "api post") if not before[surface]} == set()


@pytest.mark.parametrize(
    ("audience", "change"),
    [
        (audience, change)
        for audience in ("public", "followers", "close_friends")
        for change in ("only_me", "trash", "archive", "remove")
    ],
)
def test_addresses_given_out_before_die_when_fewer_may_see_a_post(settled: Settled, audience: str, change: str) -> None:
    world = make_world("close_follower", "open")
    post = world.posts[audience, "published"]
    paths = paths_in(world.api, f"/rest/v1/posts/{post.pk}")
    assert {status_of(world.page.get(path)) for path in paths} == {200}
    keeper = make_user("keeper", is_staff=True)

    with settled():
        changes: dict[str, Callable[[], object]] = {
            "only_me": lambda: edit_post(world.author, post, {"audience": "only_me"}),
            "trash": lambda: trash_post(world.author, post),
            "archive": lambda: archive_post(world.author, post),
            "remove": lambda: remove_post(keeper, post, reason="No spam."),
        }
        changes[change]()

    assert {status_of(world.page.get(path)) for path in paths} == {404}


def test_addresses_given_out_before_die_when_the_account_is_made_private_and_followers_get_new_ones(
    settled: Settled,
) -> None:
    world = make_world("follower", "open")
    address = f"/rest/v1/posts/{world.posts[PUBLIC].pk}"
    before = paths_in(world.api, address)

    with settled():
        set_account_private(world.author, is_private=True)

    after = paths_in(world.api, address)
    assert {status_of(world.page.get(path)) for path in before} == {404}
    assert {status_of(world.page.get(path)) for path in after} == {200}
