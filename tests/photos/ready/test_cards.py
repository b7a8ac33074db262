"""Ready cards against what the templates and the API make directly: a viewer must not be able to tell them apart."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts.models import User
from accounts.querysets import Viewer
from core.media_urls import PRIVATE_SECONDS, PUBLIC_SECONDS
from photos.cards import post_cards, tile_cards
from photos.models import Media, Post, Rendition
from photos.ready.cards import CARD_SECONDS, card_seconds, make_bodies
from photos.ready.facts import KINDS
from photos.ready.joining import card_slots, join_html, page_slots, tile_slots
from photos.representations import represent_posts
from tests.conftest import Settled
from tests.factories import make_follow, make_like, make_post, make_save, make_user
from tests.images import jpeg, jpeg_with_secrets
from tests.photos.ready.readying import as_json, loaded, the_ready_post, without_space
from tests.uploads import publish

TOKEN, PATH = "t0ken", "/?ranking=top&cursor=a"
HOSTILE = "<b>&quot;\"'</b> {{ card }} {% csrf_token %} \x01 \\0 \\u0000 NULr (r | ) \ue000"
EVERYTHING: dict[str, Any] = {
    "title": "Shop front",
    "caption": "With @boris and #kiln\nat https://example.org",
    "location_name": "Lisbon",
    "latitude": 38.7,
    "longitude": -9.1,
    "tags": ("clay", "kiln"),
    "licence": "cc_by",
    "downloads": True,
}
POSTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "everything": EVERYTHING,
    "one comment": {"comment_count": 1},
    "many comments for followers": {"comment_count": 12345, "comments": "followers"},
    "comments are off": {"comment_count": 2, "comments": "off"},
    "album": {"pictures": 3, "title": "Three"},
    "sensitive": {"sensitive": True, "spoiler": "Spiders"},
    "album that is sensitive": {"pictures": 2, "sensitive": True},
    "hostile": {
        "title": HOSTILE[:120],
        "caption": HOSTILE * 5,
        "location_name": HOSTILE[:100],
        "spoiler": HOSTILE[:90],
    },
}


def directly(post: Post, viewer: User, *, reason: str = "", eager: bool = False) -> str:
    """The card as the page of `viewer` renders it from the rows."""
    request = RequestFactory().get(PATH)
    request.user = viewer
    (card,) = post_cards([loaded(post)], viewer, reasons={post.pk: reason} if reason else None)
    context = {"card": card, "csrf_token": TOKEN} | ({"eager": True} if eager else {})
    return render_to_string("components/_post_card.html", context, request)


def joined(post: Post, *, liked: bool = False, saved: bool = False, reason: str = "", eager: bool = False) -> str:
    own = card_slots(liked=liked, saved=saved, reason=reason, comments=post.comment_count, eager=eager)
    slots = page_slots(csrf_token=TOKEN, next_path=PATH) | own
    return join_html(the_ready_post(post, "h").body, slots).decode()


def make_film(media: Media, **fields: Any) -> None:
    Media.objects.filter(pk=media.pk).update(kind="video", content_type="video/mp4", duration=7.2, **fields)
    for name, kind in (("video_720p", "video/mp4"), ("poster", "image/jpeg")):
        Rendition.objects.create(
            media=media, name=name, content_type=kind, key=f"cc/{name}", width=1280, height=720, bytes=9
        )


# --- HTML


@pytest.mark.parametrize("words", POSTS.values(), ids=POSTS)
@pytest.mark.parametrize("audience", ["public", "followers"])
@pytest.mark.parametrize("reason", ["", "You follow <alma>, and 3 people like this."])
def test_joined_card_is_what_the_page_renders(
    alma: User, boris: User, words: dict[str, Any], audience: str, reason: str
) -> None:
    post = make_post(alma, audience=audience, **words)

    assert without_space(joined(post, reason=reason)) == without_space(directly(post, boris, reason=reason))


@pytest.mark.parametrize(("liked", "saved"), [(False, False), (False, True), (True, False), (True, True)])
@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("pictures", [1, 2])
def test_joined_card_is_what_the_page_renders_for_this_viewer(
    alma: User, boris: User, liked: bool, saved: bool, eager: bool, pictures: int
) -> None:
    post = make_post(alma, pictures=pictures)
    if liked:
        make_like(boris, post)
    if saved:
        make_save(boris, post)

    html = joined(post, liked=liked, saved=saved, eager=eager)

    assert without_space(html) == without_space(directly(post, boris, eager=eager))


@pytest.mark.parametrize("alt", ["", "A film"])
def test_joined_card_of_a_video_is_what_the_page_renders(alma: User, boris: User, alt: str) -> None:
    post = make_post(alma)
    make_film(post.media.get(), alt_text=alt)

    assert without_space(joined(post, eager=True)) == without_space(directly(post, boris, eager=True))


@pytest.mark.parametrize("shown", [False, True])
def test_joined_card_shows_the_camera_if_the_author_wants(alma: User, boris: User, shown: bool) -> None:
    User.objects.filter(pk=alma.pk).update(show_camera=shown)
    post = make_post(alma)
    Media.objects.update(camera={"camera": "Fieldworks", "aperture": "ƒ/2.8", "iso": "ISO 400"})

    html = joined(post)

    assert ("ƒ/2.8" in html) == shown
    assert without_space(html) == without_space(directly(post, boris))


def test_joined_card_of_an_edited_author_with_a_picture_is_what_the_page_renders(boris: User) -> None:
    carla = make_user("carla", display_name=HOSTILE[:64], avatar_key="aa/bb.jpg")
    post = make_post(carla)

    assert without_space(joined(post)) == without_space(directly(post, boris))


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_write_leaves_no_gap_of_its_own(alma: User, kind: str) -> None:
    plain, hostile = make_post(alma, title="t", caption="c"), make_post(alma, **POSTS["hostile"])

    gaps = [make_bodies([loaded(post)], kind)[post.pk].count(b"\0") for post in (plain, hostile)]

    assert gaps[0] == gaps[1] > 0


def test_card_made_twice_is_the_same_for_no_mark_is_left(alma: User) -> None:
    post = loaded(make_post(alma))

    one, other = (make_bodies([post], "h")[post.pk] for _ in range(2))

    assert one == other


def test_joined_cards_of_an_uploaded_picture_are_what_page_and_api_make(
    alma: User, boris: User, settled: Settled
) -> None:
    with settled():
        post = publish(alma, jpeg_with_secrets(), jpeg(1500, 1000), title="Kiln", caption="Three days of #fire")

    assert without_space(joined(post)) == without_space(directly(post, boris))
    assert as_json(the_ready_post(post), boris) == represent_posts([loaded(post, boris)], boris)[0]


# --- Tiles


@pytest.mark.parametrize("words", POSTS.values(), ids=POSTS)
@pytest.mark.parametrize("audience", ["public", "followers", "unlisted", "only_me"])
@pytest.mark.parametrize("square", [False, True])
def test_joined_tile_is_what_the_page_renders(alma: User, words: dict[str, Any], audience: str, square: bool) -> None:
    post = make_post(alma, audience=audience, **words)
    expected = [
        render_to_string("components/_tile.html", {"tile": tile_cards([loaded(post)])[0], "square": square} | more)
        for more in ({}, {"eager": True})
    ]

    body = the_ready_post(post, "t" if square else "w").body

    tiles = [join_html(body, tile_slots(0, eager=eager)).decode() for eager in (False, True)]
    assert [without_space(tile) for tile in tiles] == [without_space(tile) for tile in expected]


@pytest.mark.parametrize("count", [0, 1, 999, 1234, 4_100_000])
@pytest.mark.parametrize("title", ["", "Glaze"])
def test_joined_tile_counts_likes_as_the_page_does(alma: User, count: int, title: str) -> None:
    post = make_post(alma, title=title, like_count=count)
    expected = render_to_string("components/_tile.html", {"tile": tile_cards([loaded(post)])[0], "square": True})

    ready = the_ready_post(post, "t")

    assert without_space(join_html(ready.body, tile_slots(ready.like_count)).decode()) == without_space(expected)


def test_tile_of_a_video_is_what_the_page_renders(alma: User) -> None:
    post = make_post(alma)
    make_film(post.media.get())
    expected = render_to_string("components/_tile.html", {"tile": tile_cards([loaded(post)])[0]})

    assert without_space(join_html(the_ready_post(post, "w").body, tile_slots(0)).decode()) == without_space(expected)


def test_post_without_pictures_has_no_tile(alma: User) -> None:
    post = loaded(make_post(alma, pictures=0))

    assert [make_bodies([post], kind).keys() for kind in ("t", "w")] == [set(), set()]


# --- JSON


@pytest.mark.parametrize("words", POSTS.values(), ids=POSTS)
@pytest.mark.parametrize("audience", ["public", "followers", "unlisted", "only_me"])
@pytest.mark.parametrize("camera", [False, True])
def test_joined_json_is_what_the_api_writes(
    alma: User, boris: User, words: dict[str, Any], audience: str, camera: bool
) -> None:
    User.objects.filter(pk=alma.pk).update(show_camera=camera, bio=HOSTILE, website="https://example.org")
    post = make_post(alma, audience=audience, **words)
    Media.objects.update(camera={"camera": "Fieldworks"})

    assert as_json(the_ready_post(post), boris) == represent_posts([loaded(post, boris)], boris)[0]


def test_joined_json_of_a_video_is_what_the_api_writes(alma: User, boris: User) -> None:
    post = make_post(alma)
    make_film(post.media.get())

    assert as_json(the_ready_post(post), boris) == represent_posts([loaded(post, boris)], boris)[0]


@pytest.mark.parametrize("following", [False, True])
@pytest.mark.parametrize("followed_by", [False, True])
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("marked", [False, True])
def test_joined_json_knows_how_the_viewer_stands(
    alma: User, boris: User, following: bool, followed_by: bool, private: bool, marked: bool
) -> None:
    post = make_post(alma)
    make_post(alma, audience="followers")
    if following:
        make_follow(boris, alma)
    if followed_by:
        make_follow(alma, boris)
    if marked:
        make_like(boris, post)
        make_save(boris, post)
    User.objects.filter(pk=alma.pk).update(is_private=private)

    assert as_json(the_ready_post(post), boris) == represent_posts([loaded(post, boris)], boris)[0]


@pytest.mark.parametrize("viewer", [AnonymousUser()])
def test_joined_json_for_nobody_is_what_the_api_writes(alma: User, viewer: Viewer) -> None:
    post = make_post(alma, **EVERYTHING)

    assert as_json(the_ready_post(post), viewer) == represent_posts([loaded(post, viewer)], viewer)[0]


# --- Addresses


@pytest.mark.parametrize(
    ("audience", "private", "hours"),
    [("public", False, 11), ("public", True, 7 / 60), ("followers", False, 7 / 60), ("unlisted", False, 7 / 60)],
)
def test_card_lives_shorter_than_the_addresses_in_it(alma: User, audience: str, private: bool, hours: float) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=private)
    post = loaded(make_post(alma, audience=audience))

    assert card_seconds(post) == hours * 3600


@pytest.mark.parametrize("seconds", [PUBLIC_SECONDS, PRIVATE_SECONDS])
def test_every_card_ends_before_the_half_time_of_its_addresses(seconds: int) -> None:
    assert CARD_SECONDS[seconds] < seconds / 2
