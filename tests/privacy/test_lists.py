"""What lists, feeds, counts, addresses and previews have of one author, for everybody, against the table."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site
from pytest_django import Settings

from accounts.models import Follow
from accounts.unread import unread_of
from core.ids import to_code
from core.media_urls import PRIVATE_SECONDS, PUBLIC_SECONDS
from core.models import new_id
from core.valkey import valkey
from feeds.services.explore_lists import RANGES, ExploreList, pack
from feeds.services.home import RANKINGS
from feeds.services.search import SORTS
from feeds.timeline import Timeline, write_timeline
from photos.models import CollectionItem, Comment, PersonTag, Save
from photos.services.collections import create_collection
from photos.services.tagging import set_tags
from tests.factories import make_album, make_close_friend, make_notification, make_user
from tests.privacy.answers import comparable, verdict
from tests.privacy.asking import in_lists, kinds, on_pages
from tests.privacy.expected import (
    FOLLOWERS,
    MISSING,
    SHOWN,
    in_atom,
    in_feed,
    of_state,
    on_explore,
    on_landing,
    on_profile,
    on_tag,
    previewed,
    seen_by,
    sees,
    told_of,
)
from tests.privacy.linking import link_to, link_to_album
from tests.privacy.surfaces import LISTS
from tests.privacy.world import HALVES, KINDS, PLACE, TAG, WORLDS, World, make_world, mark_of
from tests.reading import posts_on
from tests.ready import lift_bars

pytestmark = pytest.mark.django_db
AUTHOR = ("author", "users")
ORIGIN = site.ORIGIN
every_world = pytest.mark.parametrize(("viewer", "account"), WORLDS)
first_half, second_half = (pytest.mark.parametrize(("viewer", "account"), worlds) for worlds in HALVES)


def test_every_list_of_the_registry_has_a_test_here() -> None:
    assert set(LISTS.values()) == {
        name.removeprefix("test_").partition("_")[0] for name in globals() if name.startswith("test_")
    } - {"every"}


@every_world
def test_home_shows_only_what_the_table_says_whatever_the_kept_feed_holds(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    if world.viewer is not None:
        write_timeline(world.viewer.pk, Timeline(1, 1, [post.pk for post in world.posts.values()]))

    feed = in_feed(viewer, account)
    for _ in ("composed from Postgres", "made ready", "ready"):
        pages = {ranking: on_pages(world, f"/?ranking={ranking}") for ranking in RANKINGS}
        lists = {ranking: in_lists(world, f"/rest/v1/feed?ranking={ranking}") for ranking in RANKINGS}
        lift_bars()

        assert pages == dict.fromkeys(RANKINGS, feed | on_landing(viewer, account))
        assert lists == dict.fromkeys(RANKINGS, feed)
    assert world.leaked(feed | on_landing(viewer, account)) == set()


@first_half
def test_pill_counts_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    if world.viewer is not None:
        write_timeline(world.viewer.pk, Timeline(1, 1, sorted([p.pk for p in world.posts.values()], reverse=True)))

    for _ in ("asked", "ready"):
        lift_bars()
        found = world.page.get("/new-posts/?newest=1")

    count = len(in_feed(viewer, account))
    assert (found.context["count"] if found.status_code == 200 else 0) == count


@every_world
def test_explore_shows_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    ids = [post.pk for post in world.posts.values()]
    for name in RANGES[:1]:
        valkey().set(f"explore:{name}", pack(ExploreList(1, name, ids)))

    pages = {name: on_pages(world, f"/explore/?range={name}") for name in RANGES}
    lists = {name: in_lists(world, f"/rest/v1/explore?range={name}") for name in RANGES}

    assert pages == lists == dict.fromkeys(RANGES, on_explore(viewer, account))
    assert world.leaked(on_explore(viewer, account)) == set()


@every_world
def test_search_finds_only_what_the_table_says_and_counts_only_that(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    shown = on_tag(viewer, account)

    found = {sort: in_lists(world, f"/rest/v1/search?q={TAG}&sort={sort}&limit=1") for sort in SORTS}
    pages = {sort: on_pages(world, f"/search/?q={TAG}&sort={sort}") for sort in ("relevance", "new", "top")}
    nearly = in_lists(world, f"/rest/v1/search?q={TAG}s")
    by_mark = {kind: in_lists(world, f"/rest/v1/search?q={mark_of(kind)}&from=author") for kind in KINDS}
    tags, people = (world.api.get(f"/rest/v1/search?q={word}&type={kind}") for word, kind in (("ki", "tags"), AUTHOR))

    assert found == dict.fromkeys(SORTS, shown)
    assert pages == dict.fromkeys(pages, shown)
    assert nearly == shown
    assert {kind for kind, marked in by_mark.items() if kind in marked} == shown
    if tags.status_code == people.status_code == 200:
        assert [tag["post_count"] for tag in tags.json()["results"]] == ([len(shown)] if shown else [])
        knows = account != "closed" and viewer not in ("blocked", "blocker")
        assert [user["username"] for user in people.json()["results"]] == (["author"] if knows else [])
    assert world.leaked(shown) == set()


@every_world
def test_activity_leads_only_to_what_the_table_says_whatever_was_told_before(viewer: str, account: str) -> None:
    """The author has named the viewer in every post there is, and everybody was told."""
    world = make_world(viewer, account)
    if world.viewer is not None:
        for post in world.posts.values():
            make_notification(world.viewer, world.author, post)
    shown = told_of(viewer, account)

    assert on_pages(world, "/activity/") == shown
    assert in_lists(world, "/rest/v1/notifications?limit=4") == shown
    assert world.viewer is None or unread_of(world.viewer) == len(shown)
    assert world.leaked(shown) == set()


@first_half
def test_tag_shows_and_counts_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    shown = on_tag(viewer, account)

    page, about = world.page.get(f"/tags/{TAG}/"), world.api.get(f"/rest/v1/tags/{TAG}")

    assert on_pages(world, f"/tags/{TAG}/") == shown
    assert in_lists(world, f"/rest/v1/tags/{TAG}/posts") == shown
    assert [verdict(page, [TAG], comparable(world.page.get("/tags/never/"), "never")), about.status_code] == (
        [SHOWN, 200] if shown else [MISSING, 401 if (viewer, account) == ("owner", "closed") else 404]
    )
    if shown:
        assert [page.context["tag"].post_count, about.json()["post_count"]] == [len(shown), len(shown)]
    assert world.leaked(shown) == set()


@second_half
def test_place_shows_and_counts_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    shown = on_tag(viewer, account)

    page, about = world.page.get(f"/places/{PLACE}/"), world.api.get(f"/rest/v1/places/{PLACE}")

    assert on_pages(world, f"/places/{PLACE}/") == shown
    assert in_lists(world, f"/rest/v1/places/{PLACE}/posts") == shown
    assert [verdict(page, [PLACE], comparable(world.page.get("/places/never/"), "never")), about.status_code] == (
        [SHOWN, 200] if shown else [MISSING, 401 if (viewer, account) == ("owner", "closed") else 404]
    )
    if shown:
        assert [page.context["place"].post_count, about.json()["post_count"]] == [len(shown), len(shown)]
    assert world.leaked(shown) == set()


@second_half
def test_explore_names_tags_only_of_what_it_may_show(viewer: str, account: str) -> None:
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
        "grid": on_pages(world, "/@author/"),
        "sheet": on_pages(world, "/@author/?view=contact"),
        "api": in_lists(world, "/rest/v1/users/author/posts"),
    }

    assert found == dict.fromkeys(found, on_profile(viewer, account))
    assert world.leaked(on_profile(viewer, account)) == set()
    _check_albums(world, viewer, account)


def _check_albums(world: World, viewer: str, account: str) -> None:
    """One that everybody may find and one by its address, each with every post and a cover that nobody else sees."""
    opens = sees(viewer, account, ("public", "published"))
    cover = world.posts["only_me", "published"]
    albums = [
        make_album(world.author, *world.posts.values(), audience=audience, cover=cover)
        for audience in ("public", "unlisted")
    ]
    seen = {kind for kind in seen_by(viewer, account) if kind[1] == "published"}
    shown = [on_tag(viewer, account) if opens else set(), seen if opens else set()]

    pages = [on_pages(world, f"/albums/{to_code(album.pk)}/") for album in albums]
    lists = [in_lists(world, f"/rest/v1/albums/{album.pk}/posts") for album in albums]
    told = [world.api.get(f"/rest/v1/albums/{album.pk}") for album in albums]
    archives = [world.page.get(f"/albums/{to_code(album.pk)}/archive/") for album in albums]

    assert pages == lists == shown
    assert [answer.json().get("post_count", 0) for answer in told] == [len(each) for each in shown]
    assert [len(answer.context["archive"].media_ids) for answer in archives if answer.status_code == 200] == [
        len(each) for each in shown if each
    ]
    for address in ("/@author/albums/", *(f"/albums/{to_code(albums[0].pk)}/{name}/" for name in ("add", "arrange"))):
        world.page.get(address)
    world.api.get("/rest/v1/users/author/albums")
    assert world.leaked(on_profile(viewer, account) | seen) == set()


@every_world
def test_atom_has_what_is_for_everybody_and_is_missing_where_not_everybody_is_let_in(viewer: str, account: str) -> None:
    world = make_world(viewer, account)

    answer = world.page.get("/@author/feed.atom")

    entries = in_atom(viewer, account)
    missing = comparable(world.page.get("/@nobody.here/feed.atom"), "nobody.here")
    assert verdict(answer, ["author"], missing) == (MISSING if entries is None else SHOWN)
    assert kinds(world, posts_on(answer)) == (entries or set())
    assert world.leaked(entries or set()) == set()


@first_half
def test_own_archive_and_trash_are_for_their_owner(viewer: str, account: str) -> None:
    world = make_world(viewer, account)

    for name, state in (("archive", "archived"), ("trash", "trashed")):
        expected = of_state(viewer, account, state)
        page = world.page.get(f"/{name}/")
        assert {kind for kind in KINDS if mark_of(kind).encode() in page.content} == expected
        assert in_lists(world, f"/rest/v1/{name}") == expected


@second_half
def test_waiting_comments_are_listed_for_the_author_of_the_post(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    writer = make_user("writer")
    Comment.objects.bulk_create(
        Comment(id=new_id(), post=post, author=writer, text=mark_of(kind), state="waiting")
        for kind, post in world.posts.items()
    )
    expected = seen_by(viewer, account) if viewer == "owner" else set()

    listed = world.api.get("/rest/v1/comments/waiting?limit=100")
    address = "/comments/waiting/"
    while address:
        address = (world.page.get(address).context or {}).get("next_url", "")

    found = listed.json()["results"] if listed.status_code == 200 else []
    assert kinds(world, [int(each["post_id"]) for each in found]) == expected
    given = b"".join(world.page.given)
    assert {kind for kind in KINDS if mark_of(kind).encode() in given} == expected


@every_world
def test_saved_posts_and_collections_have_only_what_the_table_says(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    person = world.viewer or world.author
    shelf = create_collection(person, "Light")
    for post in world.posts.values():
        save = Save.objects.create(id=new_id(person.pk), user=person, post=post)
        CollectionItem.objects.create(id=new_id(person.pk), owner=person, collection=shelf, save_of=save)
    shown = {kind for kind in seen_by(viewer, account) if kind[1] == "published"} if world.viewer else set()

    pages = {name: on_pages(world, name) for name in ("/saved/", f"/saved/{to_code(shelf.pk)}/")}
    lists = {name: in_lists(world, f"/rest/v1/saved{name}") for name in ("", f"?collection={shelf.pk}")}

    assert (*pages.values(), *lists.values()) == (shown,) * 4
    for name in ("/collections/", "/saved/"):
        world.page.get(name)
    each = world.posts["public", "published"].pk
    asked = ("", f"/{shelf.pk}", f"/{shelf.pk}/posts/{each}")
    answers = [getattr(world.api, "put" if "posts" in path else "get")(f"/rest/v1/collections{path}") for path in asked]
    counts = [about["post_count"] for answer in answers if answer.status_code == 200 for about in _collections(answer)]
    assert counts == [len(shown)] * len(counts)
    assert world.leaked(shown) == set()


@every_world
def test_tagged_posts_are_only_what_the_table_says(viewer: str, account: str) -> None:
    """Carla and the viewer are in every post; she sees all but those for the author alone."""
    world, carla = make_world(viewer, account), make_user("carla")
    Follow.objects.create(id=new_id(carla.pk), follower=carla, followee=world.author, state="accepted")
    make_close_friend(world.author, carla)
    for kind, post in world.posts.items():
        for person in {carla, world.viewer or carla}:
            PersonTag.objects.create(id=new_id(person.pk), post=post, media=world.media[kind], person=person)
    shown = {kind for kind in on_tag(viewer, account) if kind[0] != "only_me"}
    own = {kind for kind in seen_by(viewer, account) if kind[1] == "published"} if world.viewer else set()

    assert on_pages(world, "/@carla/tagged/") == in_lists(world, "/rest/v1/users/carla/tagged") == shown
    assert on_pages(world, "/settings/tags/") == in_lists(world, "/rest/v1/me/tags") == own
    assert world.leaked(shown | own) == set()


def _collections(answer: Any) -> list[dict[str, Any]]:
    told = answer.json()
    return list(told["results"]) if "results" in told else [told]


@every_world
def test_admin_shows_staff_what_they_would_see_as_anybody_and_others_nothing(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    if world.viewer is not None and viewer == "moderator":
        world.viewer.is_superuser = True
        world.viewer.save(update_fields=["is_superuser"])

    for name in ("post", "media"):
        world.page.get(f"/admin/photos/{name}/")
    for kind in [("only_me", "published"), ("followers", "published"), ("public", "trashed")]:
        for part in ("change", "history"):
            world.page.get(f"/admin/photos/post/{world.posts[kind].pk}/{part}/")
            world.page.get(f"/admin/photos/media/{world.media[kind].pk}/{part}/")
    for post in world.posts.values():
        world.page.get(f"/admin/feeds/feed/{post.author_id}/change/?post={to_code(post.pk)}")

    expected = previewed(viewer, account)
    assert world.leaked(expected) == set()
    assert set(KINDS) - world.leaked(set()) == set(KINDS) - expected


@every_world
def test_addresses_of_pictures_are_given_to_whom_the_table_says_and_live_as_documented(
    viewer: str, account: str
) -> None:
    world = make_world(viewer, account)

    for post in world.posts.values():
        world.api.get(f"/rest/v1/posts/{post.pk}")

    given = b"".join(world.api.given).decode()
    seen = seen_by(viewer, account)
    for kind in KINDS:
        ends = [int(end) for end in re.findall(rf"/media/renditions/bb/{mark_of(kind)}[^?]*\?e=(\d+)", given)]
        assert bool(ends) == (kind in seen and kind[1] not in ("publishing", "failed"))
        is_public = kind == ("public", "published") and account == "open"
        assert all(_lives(end, PUBLIC_SECONDS if is_public else PRIVATE_SECONDS) for end in ends)


def _lives(end: int, seconds: int) -> bool:
    """Whether an address that ends then lives at least half of `seconds`, and not longer than that."""
    return seconds / 2 - 60 <= end - time.time() <= seconds


@first_half
def test_profile_neighbours_of_a_post_are_what_the_profile_shows(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    seen = {kind for kind in seen_by(viewer, account) if kind[1] == "published"}

    found = {kind: kinds(world, posts_on(world.page.get(f"/p/{to_code(world.posts[kind].pk)}/"))) for kind in seen}

    others = on_tag(viewer, account)
    assert {kind for kind in seen if not {kind} <= found[kind] <= others | {kind}} == set()


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
    lists = known and viewer != "blocker" and (account == "open" or viewer in (*FOLLOWERS, "owner"))
    shown = {name: lists if name.endswith(("followers", "following")) else known for name in surfaces}
    assert found == {name: SHOWN if is_shown else MISSING for name, is_shown in shown.items()}


@second_half
def test_sitemap_has_what_is_for_everybody_whoever_asks(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    first = min(post.pk for post in world.posts.values())

    answer = world.page.get(f"/sitemap-posts-{first}.xml")

    found = set(re.findall(r"/p/(\w+)/</loc>", answer.text))
    shown = {kind for kind, post in world.posts.items() if to_code(post.pk) in found}
    assert shown == on_landing("anonymous", account)
    assert world.leaked(shown) == set()


SOME_WORLDS = [
    ("anonymous", "open"),
    ("blocked", "open"),
    ("owner", "open"),
    ("close_follower", "private"),
    ("owner", "closed"),
]
some_worlds = pytest.mark.parametrize(("viewer", "account"), SOME_WORLDS)


@some_worlds
def test_previews_are_of_what_is_public_alone_whoever_asks(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    shown = {("public", "published")} if account == "open" else set()
    pages = {kind: f"/p/{to_code(post.pk)}/" for kind, post in world.posts.items()}

    for way in ("{page}embed/", "{page}preview.jpg", f"/oembed?url={ORIGIN}{{page}}"):
        missing = comparable(world.page.get(way.format(page="/p/8Fk2/")), "8Fk2")
        found = {
            kind: verdict(world.page.get(way.format(page=page)), [page.split("/")[2]], missing)
            for kind, page in pages.items()
        }
        assert found == {kind: SHOWN if kind in shown else MISSING for kind in KINDS}
    assert world.leaked(shown) == set()


@some_worlds
def test_linked_posts_show_to_who_has_the_link_while_they_are_published(
    settings: Settings, viewer: str, account: str
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unknown link by address": (1000, 600)}
    world = make_world(viewer, account)
    is_open = account != "closed" and viewer not in ("blocked", "blocker")
    missing = comparable(world.page.get("/s/4WnYz0Qm2tKc8LrVbE1xGa"), "4WnYz0Qm2tKc8LrVbE1xGa")
    links = {kind: link_to(post) for kind, post in world.posts.items()}

    for kind, code in links.items():
        response = world.page.get(f"/s/{code}")
        shown, is_public = is_open and kind[1] == "published", kind[0] == "public" and account == "open"
        assert response.status_code == (302 if shown and is_public else 200 if shown else 404)
        assert shown or comparable(response, code) == missing
    assert world.leaked({kind for kind in KINDS if is_open and kind[1] == "published"}) == set()


@some_worlds
def test_linked_albums_show_what_is_published_and_not_for_the_author_alone(viewer: str, account: str) -> None:
    world = make_world(viewer, account)
    is_open = account != "closed" and viewer not in ("blocked", "blocker")
    code = link_to_album(world.author, world.posts.values())
    shown = {kind for kind in KINDS if is_open and kind[1] == "published" and kind[0] != "only_me"}

    page = world.page.get(f"/s/{code}").text
    opened = {
        kind
        for kind, post in world.posts.items()
        if world.page.get(f"/s/{code}/{to_code(post.pk)}/").status_code == 200
    }

    assert {kind for kind, post in world.posts.items() if f"/s/{code}/{to_code(post.pk)}/" in page} == opened == shown
    assert world.leaked(shown) == set()
