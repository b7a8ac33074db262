"""A picture like one that staff do not take is refused before anything of it is published."""

import io
from pathlib import Path

import pytest
from PIL import Image

from accounts.models import User
from accounts.services.hits import write_hits
from core.exceptions import InvalidInput, NotAllowed
from photos.demo.scenes import draw
from photos.likenesses import find_blocked, forget_likenesses, from_column
from photos.models import BlockedImage, Media, Post
from photos.services.blocked_images import block_picture, block_sample, unblock_pictures
from photos.services.posts import retry_failed
from photos.signals import blocked_picture_found
from tests.conftest import AsUser, Settled
from tests.factories import make_user
from tests.images import encode
from tests.news import heard
from tests.uploads import publish, stored
from tests.videos import clip


@pytest.fixture
def staff(db: None) -> User:
    return make_user("warden", is_staff=True)


def scene(name: str = "lighthouse", *, width: int = 640, quality: int = 90) -> bytes:
    return encode(draw(name, seed=3, width=640, height=427).resize((width, width * 2 // 3)), quality=quality)


def test_picture_that_looks_like_a_blocked_one_is_refused_and_staff_are_told(
    alma: User, boris: User, staff: User, settled: Settled
) -> None:
    with settled():
        first = publish(alma, scene())
    image = block_picture(staff, first.media.get(), reason="Stolen.")

    with heard(blocked_picture_found) as news, settled():
        again = publish(boris, scene(width=400, quality=40))
        other = publish(boris, scene("dunes"))

    media = again.media.get()
    assert (media.state, media.failure_code, media.renditions.count()) == ("failed", "blocked_picture", 0)
    assert "do not take this picture" in media.failure_detail
    assert [Post.objects.get(pk=post.pk).state for post in (again, other)] == ["publishing", "published"]
    assert [(each["media_id"], each["image_id"]) for each in news] == [(media.pk, image.pk)]
    assert (write_hits(), BlockedImage.objects.get().hits) == (1, 1)


def test_nothing_of_it_is_stored_and_it_goes_out_once_it_is_taken_off_the_list(
    alma: User, staff: User, settled: Settled, media_folders: Path
) -> None:
    image = block_sample(staff, io.BytesIO(scene()))
    with settled():
        post = publish(alma, scene(quality=60))
    assert "renditions" not in stored(media_folders)

    unblock_pictures(staff, [image.pk])
    with settled():
        retry_failed(alma, Post.objects.get(pk=post.pk))

    assert Post.objects.get(pk=post.pk).state == "published"


def test_recipe_hides_nothing(alma: User, staff: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, scene())
    media = post.media.get()
    shown = media.likeness
    block_sample(staff, io.BytesIO(scene()))

    recipe = {"crop": {"x": 0.4, "y": 0.4, "width": 0.3, "height": 0.3}}
    Media.objects.filter(pk=media.pk).update(recipe=recipe, state="failed")
    with settled():
        retry_failed(alma, Post.objects.get(pk=post.pk))

    assert shown is not None
    assert Media.objects.get(pk=media.pk).failure_code == "blocked_picture"


def test_film_is_known_by_its_poster(alma: User, staff: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, clip())
    media = post.media.get()
    assert (media.kind, media.state) == ("video", "ready")
    block_picture(staff, media)

    with settled():
        again = publish(alma, clip(seconds=1.5))

    assert again.media.get().failure_code == "blocked_picture"


def test_picture_sent_before_likenesses_were_kept_is_known_by_what_is_shown(
    alma: User, staff: User, settled: Settled
) -> None:
    with settled():
        post = publish(alma, scene())
    media = post.media.get()
    kept = media.likeness
    Media.objects.filter(pk=media.pk).update(likeness=None)
    media.refresh_from_db()

    image = block_picture(staff, media)

    assert kept is not None
    assert (from_column(image.likeness) ^ from_column(kept)).bit_count() <= 4


@pytest.mark.parametrize("sample", [b"", b"no picture", encode(Image.new("RGB", (90, 60), "teal"))])
def test_sample_that_is_nothing_to_know_a_picture_by_is_refused(staff: User, sample: bytes) -> None:
    with pytest.raises(Exception, match=r"empty|Pictures can be|nothing in this picture") as raised:
        block_sample(staff, io.BytesIO(sample))

    assert raised.type.__name__ in ("InvalidInput", "UnsupportedFile")
    assert BlockedImage.objects.count() == 0


def test_distance_says_how_much_may_differ_and_has_an_end(staff: User) -> None:
    image = block_sample(staff, io.BytesIO(scene()), distance=2)
    value = from_column(image.likeness)

    near, far = value ^ 0b11, value ^ 0b111

    assert (find_blocked([far, near]), find_blocked([far])) == (image.pk, None)
    with pytest.raises(InvalidInput):
        block_sample(staff, io.BytesIO(scene()), distance=17)


def test_a_long_list_is_looked_through_at_once(alma: User, staff: User) -> None:
    BlockedImage.objects.bulk_create(BlockedImage(likeness=n * 7_919_000_017, distance=0) for n in range(10_000))
    forget_likenesses()

    assert find_blocked([9_999 * 7_919_000_017]) is not None
    assert find_blocked([1]) is None


def test_nobody_but_staff_blocks(alma: User) -> None:
    with pytest.raises(NotAllowed):
        block_sample(alma, io.BytesIO(scene()))

    assert BlockedImage.objects.count() == 0


def test_admin_takes_a_sample_and_says_what_is_wrong_with_one(as_user: AsUser, db: None) -> None:
    admin = as_user(make_user("owner", is_staff=True, is_superuser=True))
    sample, wrong = io.BytesIO(scene()), io.BytesIO(b"nothing")
    sample.name, wrong.name = "a.jpg", "b.jpg"

    bad = admin.post("/admin/photos/blockedimage/add/", {"sample": wrong, "distance": 8, "reason": ""})
    good = admin.post("/admin/photos/blockedimage/add/", {"sample": sample, "distance": 8, "reason": "Spam"})
    listed = admin.get("/admin/photos/blockedimage/")

    assert (bad.status_code, good.status_code, listed.status_code) == (200, 302, 200)
    assert BlockedImage.objects.values_list("reason", "distance", "added_by__username").get() == ("Spam", 8, "owner")
