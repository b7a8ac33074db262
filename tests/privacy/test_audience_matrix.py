"""Everybody x every audience x every state x every kind of account x every surface, against the table of `expected`.

The surfaces come from the registry, and the registry from the addresses of the site: none can be forgotten.
"""

import pytest

from moderation.models import Case
from photos.models import Comment, Like, Media, Post, Save
from tests.privacy.asking import asked_of, kinds, survey
from tests.privacy.expected import SHOWN, answer, seen_by
from tests.privacy.surfaces import (
    CHANGING,
    COMMENTING,
    GATES,
    LIKING,
    NO_POSTS,
    READING,
    REPORTING,
    UNLIKING,
    Surface,
    all_routes,
    is_house_of_admin,
    of_posts,
)
from tests.privacy.world import HALVES, KINDS, SOME_KINDS, VIEWERS, WORLDS, make_world

every_world = pytest.mark.parametrize(("viewer", "account"), WORLDS)
# What is done to posts asks the same gate: each world is tried with one of the two, liking or commenting.
first_half, second_half = (pytest.mark.parametrize(("viewer", "account"), worlds) for worlds in HALVES)


def table(surfaces: dict[str, Surface], viewer: str, account: str) -> dict[tuple[str, str, str], str]:
    return {
        (name, *kind): answer(surface.rule, viewer, account, kind)
        for name, surface in surfaces.items()
        for kind in asked_of(name)
    }


def test_every_address_is_in_the_registry() -> None:
    known = of_posts() | set(NO_POSTS)
    routes = all_routes()

    assert {route for route in routes if route not in known and not is_house_of_admin(route)} == set()
    assert known - routes == set()
    assert of_posts() & set(NO_POSTS) == set()


@pytest.mark.django_db
@every_world
def test_surfaces_of_a_post_open_to_whom_the_table_says_and_are_missing_for_others(viewer: str, account: str) -> None:
    """Those that do not stand for a gate are asked in every second world: of each viewer in one at least."""
    world, number = make_world(viewer, account), WORLDS.index((viewer, account))
    asked = {
        name: surface
        for place, (name, surface) in enumerate(READING.items(), number)
        if name in GATES or place % 2 == 0
    }

    found = survey(world, asked)

    assert found == table(asked, viewer, account)
    own = viewer == "owner" and account != "closed"
    assert world.leaked(set(KINDS) if own else seen_by(viewer, account)) == set()


@pytest.mark.django_db
@first_half
def test_posts_can_be_liked_and_saved_by_whom_the_table_says_and_are_missing_for_others(
    viewer: str, account: str
) -> None:
    world = make_world(viewer, account)
    likable = {kind for kind in KINDS if answer("seen, published, signed in", viewer, account, kind) == SHOWN}

    liked = survey(world, LIKING)

    assert liked == table(LIKING, viewer, account)
    assert kinds(world, list(Like.objects.values_list("post_id", flat=True))) == likable
    assert kinds(world, list(Save.objects.values_list("post_id", flat=True))) == likable
    counted = likable if viewer != "restricted" else set()  # what a restricted person likes is told to two alone
    assert _counts() == {world.posts[kind].pk: int(kind in counted) for kind in KINDS}

    unliked = survey(world, UNLIKING)

    assert unliked == table(UNLIKING, viewer, account)
    assert _counts() == {world.posts[kind].pk: 0 for kind in KINDS}
    assert Save.objects.exists() is False
    assert world.leaked(likable) == set()


@pytest.mark.django_db
@second_half
def test_posts_can_be_commented_by_whom_the_table_says_and_are_missing_for_others(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    sayable = {kind for kind in SOME_KINDS if answer("seen, published, signed in", viewer, account, kind) == SHOWN}

    said = survey(world, COMMENTING)

    assert said == table(COMMENTING, viewer, account)
    own = Comment.objects.exclude(pk__in=[post.pk for post in world.posts.values()])
    assert kinds(world, list(own.values_list("post_id", flat=True))) == sayable
    assert own.count() == len(COMMENTING) * len(sayable)


def _counts() -> dict[int, int]:
    return dict(Post.objects.values_list("pk", "like_count"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("viewer", "account"),
    [
        ("anonymous", "open"),
        ("stranger", "open"),
        ("close_follower", "private"),
        ("blocked", "open"),
        ("moderator", "open"),
        ("owner", "closed"),
    ],
)
def test_posts_of_others_cannot_be_changed_and_look_missing_to_who_tries(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    before = [list(Post.objects.order_by("pk").values()), list(Media.objects.order_by("pk").values())]

    found = survey(world, CHANGING)

    assert found == table(CHANGING, viewer, account)
    assert [list(Post.objects.order_by("pk").values()), list(Media.objects.order_by("pk").values())] == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("viewer", "account"), [("anonymous", "open"), ("stranger", "private"), ("close_follower", "open")]
)
def test_posts_can_be_reported_by_who_sees_them_and_are_missing_for_others(viewer: str, account: str) -> None:
    world = make_world(viewer, account)

    found = survey(world, REPORTING)

    assert found == table(REPORTING, viewer, account)
    reported = {kind for kind in SOME_KINDS if answer("seen, published, signed in", viewer, account, kind) == SHOWN}
    assert kinds(world, list(Case.objects.values_list("post_id", flat=True))) == reported


@pytest.mark.django_db
@pytest.mark.parametrize("viewer", VIEWERS)
def test_originals_of_posts_without_downloads_are_for_the_owner_alone(viewer: str) -> None:
    world = make_world(viewer, "open")
    Post.objects.update(downloads=False)
    surfaces = {name: READING[name] for name in ("original", "api original")}

    found = survey(world, surfaces)

    assert set(found.values()) == {SHOWN if viewer == "owner" else "as missing"}
