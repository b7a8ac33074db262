"""Everybody x every audience x every kind of account x every state x every surface, against one small table.

The table is written from the documented rules, not from the code: public and unlisted posts of open accounts are for
everybody, posts for followers and everything of private accounts for accepted followers, "only me" for the author;
nothing passes a block in either direction, nothing of a closed account is left, and only the author knows of
unpublished posts.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.services.profiles import set_account_private
from core.ids import to_code
from core.models import new_id
from core.valkey import valkey
from feeds.services.explore import refresh_explore
from feeds.services.explore_lists import RANGES, ExploreList, pack
from feeds.services.home import RANKINGS
from feeds.timeline import Timeline, write_timeline
from photos.models import Like, Post
from photos.services.tagging import set_tags
from tests.conftest import Settled
from tests.privacy.answers import comparable, status_of, verdict
from tests.privacy.world import KINDS, VIEWERS, WORLDS, Kind, World, make_world, media_of, names_of
from tests.reading import ids_in, next_path, posts_on
from tests.ready import lift_bars

pytestmark = pytest.mark.django_db

JSON = "application/json"
every_world = pytest.mark.parametrize(("viewer", "account"), WORLDS)

# --- What should be


def sees(viewer: str, account: str, kind: Kind) -> bool:
    """Whether the post page opens."""
    audience, state = kind
    if account == "closed" or viewer in ("blocked", "blocker"):
        return False
    if viewer == "owner":
        return state != "trashed"
    if state != "published" or audience == "only_me":
        return False
    follows = viewer in ("follower", "muting", "muted")
    return follows or (account == "open" and audience in ("public", "unlisted"))


def opens(surface: str, viewer: str, account: str, kind: Kind) -> bool:
    """Whether `surface` of a post answers `viewer`."""
    signed_in = viewer != "anonymous" and account != "closed"
    owns = viewer == "owner" and account != "closed"
    seen = sees(viewer, account, kind)
    return {
        "page": seen,
        "menu": seen,
        "status": seen and signed_in,
        "why": seen and signed_in,
        "likers": seen and kind[1] == "published",
        "original": seen or owns,
        "edit": seen and owns,
        "alt": seen and owns,
        "delete": seen and owns,
    }[surface.removeprefix("api ").replace("post", "page")]


def listed(viewer: str, account: str) -> set[Kind]:
    """What the profile shows."""
    return {kind for kind in KINDS if sees(viewer, account, kind) and (viewer == "owner" or kind[0] != "unlisted")}


def in_feed(viewer: str, account: str) -> set[Kind]:
    follows = viewer in ("follower", "muted") and account != "closed"
    return {("public", "published"), ("followers", "published")} if follows else set()


def on_explore(viewer: str, account: str) -> set[Kind]:
    """What Explore shows; nobody is shown there whom the viewer has muted."""
    left_out = viewer in ("blocked", "blocker", "muting")
    return {("public", "published")} if account == "open" and not left_out else set()


def tagged(viewer: str, account: str) -> set[Kind]:
    """What the page of a tag shows of posts that all have it."""
    return {kind for kind in listed(viewer, account) if kind[1] == "published"}


def on_landing(viewer: str, account: str) -> set[Kind]:
    """What the start page shows to who has no feed: nobody, and who is logged in to a closed account."""
    return {("public", "published")} if viewer == "anonymous" and account == "open" else set()


# --- What is

Surface = Callable[[World, int, int], Any]

READING: dict[str, Surface] = {
    "page": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/"),
    "menu": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/menu/"),
    "status": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/status/"),
    "why": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/why/"),
    "likers": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/likes/"),
    "original": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/original/{media}/"),
    "edit": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/edit/"),
    "alt": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/alt/"),
    "delete": lambda world, post, media: world.page.get(f"/p/{to_code(post)}/delete/"),
    "api post": lambda world, post, media: world.api.get(f"/rest/v1/posts/{post}"),
    "api likers": lambda world, post, media: world.api.get(f"/rest/v1/posts/{post}/likes"),
    "api original": lambda world, post, media: world.api.get(f"/rest/v1/media/{media}/original"),
}

CHANGING: dict[str, Surface] = {
    "edit": lambda world, post, media: world.page.post(
        f"/p/{to_code(post)}/edit/", {"title": "x", "audience": "public"}
    ),
    "alt": lambda world, post, media: world.page.post(f"/p/{to_code(post)}/alt/", {f"alt_{media}": "x"}),
    "delete": lambda world, post, media: world.page.post(f"/p/{to_code(post)}/delete/"),
    "restore": lambda world, post, media: world.page.post(f"/p/{to_code(post)}/restore/"),
    "retry": lambda world, post, media: world.page.post(f"/p/{to_code(post)}/retry/"),
    "api edit": lambda world, post, media: world.api.patch(f"/rest/v1/posts/{post}", {"title": "x"}, JSON),
    "api delete": lambda world, post, media: world.api.delete(f"/rest/v1/posts/{post}"),
    "api restore": lambda world, post, media: world.api.post(f"/rest/v1/posts/{post}/restore"),
    "api media": lambda world, post, media: world.api.get(f"/rest/v1/media/{media}"),
    "api describe": lambda world, post, media: world.api.patch(f"/rest/v1/media/{media}", {"alt_text": "x"}, JSON),
    "api receipt": lambda world, post, media: world.api.get(f"/rest/v1/media/{media}/receipt"),
    "api delete media": lambda world, post, media: world.api.delete(f"/rest/v1/media/{media}"),
}

LIKING: dict[str, Surface] = {
    "like": lambda world, post, media: world.page.post(
        f"/p/{to_code(post)}/like/", {"on": "1"}, headers={"HX-Request": "true"}
    ),
    "unlike": lambda world, post, media: world.page.post(
        f"/p/{to_code(post)}/like/", {"on": "0"}, headers={"HX-Request": "true"}
    ),
    "api like": lambda world, post, media: world.api.put(f"/rest/v1/posts/{post}/like"),
    "api unlike": lambda world, post, media: world.api.delete(f"/rest/v1/posts/{post}/like"),
}


def survey(world: World, surfaces: dict[str, Surface]) -> dict[tuple[str, str, str], str]:
    """The verdict on every surface of every post."""
    found = {}
    for surface, ask in surfaces.items():
        unknown = new_id(world.author.pk), new_id(world.author.pk)
        missing = comparable(ask(world, *unknown), *names_of(*unknown))
        assert missing[0] in (302, 401, 404)
        for kind, post in world.posts.items():
            ids = post.pk, media_of(post).pk
            found[surface, *kind] = verdict(ask(world, *ids), names_of(*ids), missing)
    return found


def word(*, shown: bool) -> str:
    return "shown" if shown else "as missing"


def kinds(world: World, post_ids: set[int] | list[int]) -> set[Kind]:
    """Which posts of the world these are. Every one must be of it."""
    known = {post.pk: kind for kind, post in world.posts.items()}
    return {known[post_id] for post_id in post_ids}


def read_pages(client: Client, address: str) -> set[int]:
    found: set[int] = set()
    while address:
        response = client.get(address)
        found |= posts_on(response)
        address = (response.context or {}).get("next_url", "")
    return found


def read_list(client: Client, address: str) -> set[int]:
    found: set[int] = set()
    while address:
        response = client.get(address)
        if response.status_code in (401, 404):
            break
        found |= set(ids_in(response))
        address = next_path(response)
    return found


# --- Posts


@every_world
def test_surfaces_of_a_post_open_to_whom_the_table_says_and_are_missing_for_others(viewer: str, account: str) -> None:
    world = make_world(viewer, account)

    found = survey(world, READING)

    assert found == {
        (surface, *kind): word(shown=opens(surface, viewer, account, kind)) for surface in READING for kind in KINDS
    }


@every_world
def test_posts_can_be_liked_by_whom_the_table_says_and_are_missing_for_others(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    likable = {
        kind for kind in KINDS if sees(viewer, account, kind) and kind[1] == "published" and viewer != "anonymous"
    }

    found = survey(world, {name: LIKING[name] for name in ("like", "api like")})

    assert found == {(name, *kind): word(shown=kind in likable) for name in ("like", "api like") for kind in KINDS}
    assert kinds(world, list(Like.objects.values_list("post_id", flat=True))) == likable
    counts = dict(Post.objects.values_list("pk", "like_count"))
    assert {kind: counts[post.pk] for kind, post in world.posts.items()} == {
        kind: int(kind in likable) for kind in KINDS
    }


@pytest.mark.parametrize(
    ("viewer", "account"),
    [("anonymous", "open"), ("stranger", "open"), ("follower", "private"), ("blocked", "open"), ("owner", "closed")],
)
def test_posts_of_others_cannot_be_changed_and_look_missing_to_who_tries(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    before = [list(Post.objects.order_by("pk").values()), *[list(p.media.values()) for p in world.posts.values()]]

    found = survey(world, CHANGING)

    assert found == {(surface, *kind): "as missing" for surface in CHANGING for kind in KINDS}
    assert [
        list(Post.objects.order_by("pk").values()),
        *[list(p.media.values()) for p in world.posts.values()],
    ] == before


@pytest.mark.parametrize("viewer", VIEWERS)
def test_originals_of_posts_without_downloads_are_for_the_owner_alone(viewer: str) -> None:
    world = make_world(viewer, "open")
    Post.objects.update(downloads=False)

    found = survey(world, {name: READING[name] for name in ("original", "api original")})

    assert set(found.values()) == {word(shown=viewer == "owner")}


# --- Lists


@every_world
def test_home_shows_only_what_the_table_says_whatever_the_kept_feed_holds(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    if world.viewer is not None:
        write_timeline(world.viewer.pk, Timeline(1, 1, [post.pk for post in world.posts.values()]))

    feed = in_feed(viewer, account)
    for _ in ("composed from Postgres", "made ready", "ready"):
        pages = {ranking: kinds(world, read_pages(world.page, f"/?ranking={ranking}")) for ranking in RANKINGS}
        lists = {
            ranking: kinds(world, read_list(world.api, f"/rest/v1/feed?ranking={ranking}")) for ranking in RANKINGS
        }
        lift_bars()

        assert pages == dict.fromkeys(RANKINGS, feed | on_landing(viewer, account))
        assert lists == dict.fromkeys(RANKINGS, feed)


@every_world
@pytest.mark.parametrize("chosen", ["before", "when asked"])
def test_explore_shows_only_what_the_table_says(viewer: str, account: str, chosen: str) -> None:
    world = make_world(viewer, account)
    if chosen == "before":
        ids = [post.pk for post in world.posts.values()]
        for name in RANGES:
            valkey().set(f"explore:{name}", pack(ExploreList(1, name, ids)))

    pages = {name: kinds(world, read_pages(world.page, f"/explore/?range={name}")) for name in RANGES}
    lists = {name: kinds(world, read_list(world.api, f"/rest/v1/explore?range={name}")) for name in RANGES}

    assert pages == lists == dict.fromkeys(RANGES, on_explore(viewer, account))


@every_world
def test_tag_shows_only_what_the_table_says_and_its_count_is_the_same_for_all(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    for post in world.posts.values():
        set_tags(post, ["kiln"])
    shown = tagged(viewer, account)

    page, about = world.page.get("/tags/kiln/"), world.api.get("/rest/v1/tags/kiln")

    assert kinds(world, read_pages(world.page, "/tags/kiln/")) == shown
    assert kinds(world, read_list(world.api, "/rest/v1/tags/kiln/posts")) == shown
    assert [verdict(page, ["kiln"], comparable(world.page.get("/tags/never/"), "never")), about.status_code] == (
        ["shown", 200] if shown else ["as missing", 401 if (viewer, account) == ("owner", "closed") else 404]
    )
    if shown:
        everybody = len(on_explore("anonymous", account))
        assert [page.context["tag"].post_count, about.json()["post_count"]] == [everybody, everybody]


@every_world
def test_tags_of_the_day_are_only_of_what_explore_may_show(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    for (audience, state), post in world.posts.items():
        set_tags(post, [f"{audience}_{state}"])

    found = world.page.get("/explore/").context["tags"]

    blocked = viewer in ("blocked", "blocker")
    assert found == (["public_published"] if account == "open" and not blocked else [])


@every_world
def test_profile_shows_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)

    found = {
        "grid": kinds(world, read_pages(world.page, "/@author/")),
        "sheet": kinds(world, read_pages(world.page, "/@author/?view=contact")),
        "api": kinds(world, read_list(world.api, "/rest/v1/users/author/posts")),
    }

    assert found == dict.fromkeys(("grid", "sheet", "api"), listed(viewer, account))


@every_world
def test_neighbours_of_a_post_are_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    seen = [kind for kind in KINDS if sees(viewer, account, kind) and kind[1] == "published"]

    found = {kind: kinds(world, posts_on(READING["page"](world, world.posts[kind].pk, 0))) for kind in seen}

    others = {kind for kind in listed(viewer, account) if kind[1] == "published"}
    assert found == {kind: others | {kind} for kind in seen}


@every_world
def test_profile_of_a_closed_account_or_across_a_block_looks_missing(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    surfaces: dict[str, Callable[[str], Any]] = {
        "page": lambda name: world.page.get(f"/@{name}/"),
        "followers": lambda name: world.page.get(f"/@{name}/followers/"),
        "following": lambda name: world.page.get(f"/@{name}/following/"),
        "api": lambda name: world.api.get(f"/rest/v1/users/{name}"),
        "api posts": lambda name: world.api.get(f"/rest/v1/users/{name}/posts"),
        "api followers": lambda name: world.api.get(f"/rest/v1/users/{name}/followers"),
        "api following": lambda name: world.api.get(f"/rest/v1/users/{name}/following"),
    }

    found = {
        name: verdict(ask("author"), ["author"], comparable(ask("nobody.here"), "nobody.here"))
        for name, ask in surfaces.items()
    }

    known = account != "closed" and viewer != "blocked"
    follows = viewer in ("follower", "muting", "muted", "owner")
    lists = known and viewer != "blocker" and (account == "open" or follows)
    assert found == {
        name: word(shown=lists if name.endswith(("followers", "following")) else known) for name in surfaces
    }


# --- Closing an account


@pytest.mark.parametrize("viewer", VIEWERS)
def test_account_made_private_is_private_at_once_on_every_surface(settled: Settled, viewer: str) -> None:
    world = make_world(viewer, "open")
    if world.viewer is not None:
        write_timeline(world.viewer.pk, Timeline(1, 1, [post.pk for post in world.posts.values()]))

    for post in world.posts.values():
        set_tags(post, ["kiln"])
    refresh_explore()

    with settled():
        set_account_private(world.author, is_private=True)

    gates = {
        name: READING[name] for name in ("page", "why", "likers", "original", "api post", "api likers", "api original")
    }
    assert survey(world, gates) == {
        (surface, *kind): word(shown=opens(surface, viewer, "private", kind)) for surface in gates for kind in KINDS
    }
    assert {
        "home": kinds(world, read_pages(world.page, "/")),
        "latest": kinds(world, read_pages(world.page, "/?ranking=latest")),
        "feed": kinds(world, read_list(world.api, "/rest/v1/feed")),
        "profile": kinds(world, read_pages(world.page, "/@author/")),
        "posts": kinds(world, read_list(world.api, "/rest/v1/users/author/posts")),
        "explore": kinds(world, read_pages(world.page, "/explore/")),
        "api explore": kinds(world, read_list(world.api, "/rest/v1/explore")),
        "tag": kinds(world, read_pages(world.page, "/tags/kiln/")),
        "api tag": kinds(world, read_list(world.api, "/rest/v1/tags/kiln/posts")),
    } == {
        "home": in_feed(viewer, "private"),
        "latest": in_feed(viewer, "private"),
        "feed": in_feed(viewer, "private"),
        "profile": listed(viewer, "private"),
        "posts": listed(viewer, "private"),
        "explore": on_explore(viewer, "private"),
        "api explore": on_explore(viewer, "private"),
        "tag": tagged(viewer, "private"),
        "api tag": tagged(viewer, "private"),
    }


def test_addresses_of_pictures_given_out_before_die_when_the_account_is_made_private(settled: Settled) -> None:
    world = make_world("anonymous", "open")
    post = world.posts["public", "published"]
    media = world.api.get(f"/rest/v1/posts/{post.pk}").json()["media"][0]
    addresses = ["/" + rendition["url"].split("/", 3)[3] for rendition in media["renditions"]]
    assert [status_of(world.page.get(address)) for address in addresses] == [200] * 6

    with settled():
        set_account_private(world.author, is_private=True)

    assert [status_of(world.page.get(address)) for address in addresses] == [404] * 6


def test_pictures_of_an_account_made_private_stay_with_its_followers(settled: Settled) -> None:
    world = make_world("follower", "open")
    with settled():
        set_account_private(world.author, is_private=True)

    post = world.api.get(f"/rest/v1/posts/{world.posts['public', 'published'].pk}").json()

    addresses = ["/" + rendition["url"].split("/", 3)[3] for rendition in post["media"][0]["renditions"]]
    assert [status_of(world.page.get(address)) for address in addresses] == [200] * 6
