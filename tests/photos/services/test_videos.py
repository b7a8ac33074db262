from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from core.exceptions import InvalidInput
from photos.cards import picture_card, tile_cards
from photos.imaging.formats import MP4
from photos.imaging.video import probe
from photos.models import Post
from photos.services.recipes import set_recipe
from tests.conftest import Settled
from tests.images import jpeg
from tests.uploads import publish, stored, upload
from tests.videos import clip

STILLS = {(name, kind) for name in ("square", "w320", "poster") for kind in ("image/jpeg", "image/avif")}


def test_video_is_made_playable_with_a_poster_in_every_size(alma: User, settled: Settled) -> None:
    with settled():
        media = upload(alma, clip())

    media.refresh_from_db()
    files = set(media.renditions.values_list("name", "content_type"))
    assert (media.kind, media.state, media.progress, media.failure_code) == ("video", "ready", 100, "")
    assert files >= STILLS | {("video_720p", "video/mp4")}
    assert (len(media.blurhash), media.placeholder[:23]) == (28, "data:image/webp;base64,")


def test_video_film_is_what_its_row_says(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma, clip())

    row = media.renditions.get(name="video_720p")
    film = media_folders / "renditions" / row.key
    header = probe(film, MP4)
    assert (film.stat().st_size, header.width, header.height) == (row.bytes, row.width, row.height)
    assert header.codec == "H.264"


def test_video_post_is_out_once_the_film_is_there(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, clip(), jpeg())

    post.refresh_from_db()
    assert post.state == "published"


def test_video_card_has_film_poster_and_duration(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, clip())

    loaded = Post.objects.for_cards().get(pk=post.pk)
    card, (tile,) = picture_card(loaded.media.all()[0], loaded), tile_cards([loaded])
    assert (card.kind, tile.kind, card.duration_label, tile.duration_label) == ("video", "video", "0:01", "0:01")
    assert (card.video_src[:18], card.poster[:18], card.src != "") == ("/media/renditions/", "/media/renditions/", True)


def test_video_longer_than_allowed_is_refused_and_not_kept(alma: User, settings: Settings, media_folders: Path) -> None:
    settings.VIDEO_MAX_SECONDS = 1

    with pytest.raises(InvalidInput) as caught:
        upload(alma, clip(seconds=3, filters="hue=s=0:enable='gt(t,2)'"))

    assert (caught.value.detail, stored(media_folders)) == ("The video is longer than 1 second.", {})


def test_video_poster_is_of_the_moment_the_owner_chose(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma, clip(seconds=3, filters="hue=s=0:enable='gt(t,2)'"))
    first = media.renditions.get(name="poster", content_type="image/jpeg")
    before = (media_folders / "renditions" / first.key).read_bytes()

    with settled():
        set_recipe(alma, media, {"version": 1, "poster_at": 2.5})

    second = media.renditions.get(name="poster", content_type="image/jpeg")
    assert (media_folders / "renditions" / second.key).read_bytes() != before
    assert media.recipe == {"version": 1, "poster_at": 2.5}


def test_video_film_stays_when_only_the_poster_changes(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma, clip())
    film = media.renditions.get(name="video_720p").key

    with settled():
        set_recipe(alma, media, {"version": 1, "poster_at": 0.5})

    assert media.renditions.get(name="video_720p").key == film
    assert stored(media_folders)["renditions"] == sorted(media.renditions.values_list("key", flat=True))
