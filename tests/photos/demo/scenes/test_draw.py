import numpy as np
import pytest

from photos.demo.scenes import SCENES, draw


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_draws_a_picture_with_light_and_shade(scene: str) -> None:
    picture = draw(scene, seed=1, width=120, height=90)

    assert (picture.mode, picture.size) == ("RGB", (120, 90))
    assert np.asarray(picture).std() > 8


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_draws_tall_and_wide(scene: str) -> None:
    sizes = [draw(scene, seed=2, width=width, height=height).size for width, height in ((64, 96), (112, 63))]

    assert sizes == [(64, 96), (112, 63)]


@pytest.mark.parametrize("scene", SCENES)
def test_only_another_seed_draws_another_picture(scene: str) -> None:
    first, again, other = (draw(scene, seed=seed, width=64, height=48).tobytes() for seed in (5, 5, 6))

    assert first == again
    assert first != other


def test_there_are_enough_kinds_of_scenes() -> None:
    assert len(SCENES) >= 12


def test_an_unknown_scene_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown scene 'cats'"):
        draw("cats", seed=1, width=64, height=64)
