from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from core.ids import make_id_at
from core.media_urls import PRIVATE_SECONDS, PUBLIC_SECONDS
from photos.cards import address_seconds, frame_label, picture_card, post_cards, tile_cards
from photos.models import Media, Post
from tests.conftest import Settled
from tests.factories import make_like, make_media, make_post, make_user
from tests.images import jpeg, jpeg_with_secrets
from tests.uploads import publish


def loaded(post: Post) -> Post:
    return Post.objects.for_cards().get(pk=post.pk)


def widths(srcset: str) -> list[str]:
    return [part.rpartition(" ")[2] for part in srcset.split(", ")]


def test_picture_card_offers_every_width_and_a_medium_one_first(alma: User, settled: Settled) -> None:
    with settled():
        media = publish(alma, jpeg(1500, 1000)).media.get()

    card = picture_card(media)

    assert widths(card.jpeg_srcset) == widths(card.avif_srcset) == ["320w", "640w", "960w", "1280w", "1500w"]
    addresses = {part.rpartition(" ")[2]: part.rpartition(" ")[0] for part in card.jpeg_srcset.split(", ")}
    assert (card.src, card.full_url) == (addresses["1280w"], addresses["1500w"])


def test_picture_card_before_it_is_ready_has_no_address(alma: User) -> None:
    card = picture_card(make_media(alma, state="received"))

    assert (card.src, card.full_url, card.jpeg_srcset, card.avif_srcset, card.square_src, card.square_avif) == ("",) * 6


def test_picture_card_tells_how_it_was_made(alma: User, settled: Settled) -> None:
    with settled():
        card = picture_card(publish(alma, jpeg_with_secrets()).media.get(), own=True)

    assert card.rebate == "ƒ/2.8 · 1/250 · ISO 400"
    assert card.camera == [
        ("Camera", "Fieldworks Mk II"),
        ("Aperture", "ƒ/2.8"),
        ("Exposure", "1/250"),
        ("Sensitivity", "ISO 400"),
    ]


@pytest.mark.parametrize(
    ("size", "shape"),
    [((799, 1000), "tall"), ((800, 1000), "free"), ((1910, 1000), "free"), ((1911, 1000), "wide"), ((1, 0), "free")],
)
def test_picture_card_names_its_shape(alma: User, size: tuple[int, int], shape: str) -> None:
    assert picture_card(make_media(alma, width=size[0], height=size[1])).shape == shape


@pytest.mark.parametrize(
    ("words", "private", "seconds"),
    [
        ({"audience": "public"}, False, PUBLIC_SECONDS),
        ({"audience": "public"}, True, PRIVATE_SECONDS),
        ({"audience": "public", "state": "trashed"}, False, PRIVATE_SECONDS),
        ({"audience": "public", "state": "publishing"}, False, PRIVATE_SECONDS),
        ({"audience": "unlisted"}, False, PRIVATE_SECONDS),
        ({"audience": "followers"}, False, PRIVATE_SECONDS),
        ({"audience": "only_me"}, False, PRIVATE_SECONDS),
    ],
    ids=str,
)
def test_address_seconds_are_long_only_for_what_everybody_may_see(
    alma: User, words: dict[str, str], private: bool, seconds: int
) -> None:
    alma.is_private = private

    assert address_seconds(Post(author=alma, **{"state": "published", **words})) == seconds


def test_post_cards_know_what_the_viewer_may_do(alma: User, boris: User) -> None:
    post = make_post(alma, tags=("kiln", "clay"), licence="cc0")
    make_like(boris, post)

    own, other = (post_cards([loaded(post)], viewer)[0] for viewer in (alma, boris))

    assert (own.can_edit, own.can_download, own.liked) == (True, True, False)
    assert (other.can_edit, other.can_download, other.liked) == (False, False, True)
    assert (own.tags, own.licence_label, own.audience_label) == (["clay", "kiln"], "CC0, public domain", "Everyone")


def test_post_cards_name_failed_pictures_by_their_place(alma: User) -> None:
    post = make_post(alma, state="publishing", pictures=3)
    bad = post.media.order_by("position")[1]
    Media.objects.filter(pk=bad.pk).update(state="failed", failure_detail="It stops early.")

    assert post_cards([loaded(post)], alma)[0].failures == [(bad.pk, 2, "It stops early.")]


def test_post_cards_keep_the_order_and_their_reasons(alma: User) -> None:
    posts = [loaded(make_post(alma)) for _ in range(3)]

    cards = post_cards([posts[2], posts[0]], alma, reasons={posts[0].pk: "You follow her."})

    assert [(card.id, card.reason) for card in cards] == [(posts[2].pk, ""), (posts[0].pk, "You follow her.")]


@pytest.mark.parametrize(("pictures", "kind"), [(1, "photo"), (2, "album")])
def test_tile_cards_show_the_first_picture(alma: User, pictures: int, kind: str) -> None:
    post = make_post(alma, pictures=pictures, title="Glaze")

    (tile,) = tile_cards([loaded(post)])

    first = picture_card(post.media.order_by("position")[0], post)
    assert (tile.kind, tile.count, tile.square_src, tile.alt) == (kind, pictures, first.square_src, "Glaze")


def test_tile_cards_leave_out_posts_without_pictures(alma: User) -> None:
    assert tile_cards([loaded(make_post(alma, pictures=0))]) == []


@pytest.mark.parametrize(
    ("alt", "title", "shown"), [("A kiln", "T", "A kiln"), ("", "T", "T"), ("", "", "Picture by alma")]
)
def test_tile_cards_always_have_words_for_the_picture(alma: User, alt: str, title: str, shown: str) -> None:
    post = make_post(alma, title=title)
    Media.objects.update(alt_text=alt)

    assert tile_cards([loaded(post)])[0].alt == shown


def test_frame_label_is_one_of_72_and_stays_the_same() -> None:
    ids = [make_id_at(datetime(2026, 3, day, hour, tzinfo=UTC), 7) for day in range(1, 28) for hour in range(24)]

    labels = {frame_label(post_id) for post_id in ids}

    assert labels <= {f"FRAME {number}{side}" for number in range(1, 37) for side in ("", "A")}
    assert [frame_label(post_id) for post_id in ids] == [frame_label(post_id) for post_id in ids]
    assert len(labels) > 60


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_for_cards_takes_the_same_queries_for_one_post_and_three(count: int, django_assert_num_queries: Any) -> None:
    viewer = make_user()
    for _ in range(count):
        make_post(make_user(), pictures=count, tags=("clay", "kiln"))

    with django_assert_num_queries(2):
        cards = post_cards(list(Post.objects.for_cards().order_by("id")), viewer)

    assert len(cards) == count
