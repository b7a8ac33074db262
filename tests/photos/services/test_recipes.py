from pathlib import Path

import pytest
from PIL import Image

from accounts.models import User
from core.exceptions import InvalidInput, NotFound
from photos.models import Media
from photos.services.recipes import set_focus, set_recipe
from photos.tasks import process_media
from tests.conftest import Settled
from tests.images import encode, jpeg
from tests.uploads import publish, stored, upload

LEFT_HALF = {"version": 1, "crop": {"x": 0, "y": 0, "width": 0.5, "height": 1}}


def sizes(media: Media) -> set[tuple[int, int]]:
    media.refresh_from_db()
    return {(media.width, media.height), (media.original_width, media.original_height)}


def test_recipe_is_rendered_from_the_original_which_stays_as_it_was(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        media = upload(alma, jpeg(400, 300))

    with settled():
        set_recipe(alma, media, LEFT_HALF)

    assert sizes(media) == {(200, 300), (400, 300)}
    assert media.renditions.filter(name="w320").values_list("width", "height").distinct().get() == (200, 300)
    assert (media_folders / "originals" / media.original_key).read_bytes() == jpeg(400, 300)


@pytest.mark.parametrize("nothing", [None, {}, {"version": 1}])
def test_recipe_of_nothing_brings_back_what_was_taken(alma: User, settled: Settled, nothing: object) -> None:
    with settled():
        media = upload(alma, jpeg(400, 300))
        set_recipe(alma, media, LEFT_HALF)

    with settled():
        set_recipe(alma, media, nothing)

    assert (media.recipe, sizes(media)) == (None, {(400, 300)})


def test_recipe_that_is_there_already_renders_nothing(alma: User, settled: Settled) -> None:
    with settled():
        media = upload(alma, jpeg(400, 300))
        set_recipe(alma, media, LEFT_HALF)
    keys = sorted(media.renditions.values_list("key", flat=True))

    with settled():
        set_recipe(alma, media, dict(LEFT_HALF))

    media.refresh_from_db()
    assert (media.revision, sorted(media.renditions.values_list("key", flat=True))) == (1, keys)


def test_recipe_shows_the_old_files_until_the_new_ones_are_there(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma, jpeg(400, 300))
    media = post.media.get()
    old = sorted(media.renditions.values_list("key", flat=True))

    set_recipe(alma, media, LEFT_HALF)

    post.refresh_from_db()
    assert (post.state, media.state) == ("published", "received")
    assert sorted(media.renditions.values_list("key", flat=True)) == stored(media_folders)["renditions"] == old


def test_recipe_changed_while_a_worker_renders_ends_with_the_last_one(alma: User, settled: Settled) -> None:
    with settled():
        media = upload(alma, jpeg(400, 300))
    set_recipe(alma, media, LEFT_HALF)
    Media.objects.update(state="processing")

    with settled():
        set_recipe(alma, media, {"version": 1, "rotate": 90})
        process_media(media_id=media.pk)

    assert sizes(media) == {(300, 400), (400, 300)}


def test_recipe_that_breaks_a_rule_names_the_key_and_changes_nothing(alma: User) -> None:
    media = upload(alma)

    with pytest.raises(InvalidInput) as caught:
        set_recipe(alma, media, {"version": 1, "rotate": 45})

    media.refresh_from_db()
    assert ([each.field for each in caught.value.errors], media.recipe, media.revision) == (["recipe.rotate"], None, 0)


def test_recipe_of_somebody_else_is_missing(alma: User, boris: User) -> None:
    media = upload(alma)

    with pytest.raises(NotFound):
        set_recipe(boris, media, LEFT_HALF)

    media.refresh_from_db()
    assert (media.recipe, media.revision) == (None, 0)


def test_focus_moves_the_square_and_nothing_else(alma: User, settled: Settled, media_folders: Path) -> None:
    picture = Image.new("RGB", (600, 300), "white")
    picture.paste("black", (0, 0, 300, 300))
    with settled():
        media = upload(alma, encode(picture))

    with settled():
        set_focus(media, (1.0, 0.0))

    key = media.renditions.get(name="square", content_type="image/jpeg").key
    with Image.open(media_folders / "renditions" / key) as square:
        assert sum(square.convert("L").histogram()[:200]) == 0
    assert sizes(media) == {(600, 300)}
