import numpy as np

from photos.demo.scenes.frame import Frame, Plane
from photos.demo.scenes.terrain import Lens, ground, project

FRAME = Frame("test", 1, 80, 60)
LENS = Lens(eye=2.0, near=2, far=80, horizon=0.5, depths=300)


def flat(x: Plane, z: Plane) -> Plane:
    return np.asarray(0 * x + 0 * z)


def wall(x: Plane, z: Plane) -> Plane:
    """A steep ridge along the line of sight, at x = 0."""
    return np.asarray(3 * np.exp(-((x / 0.5) ** 2)) + 0 * z)


def test_flat_ground_fills_the_picture_up_to_the_horizon() -> None:
    land = ground(FRAME, LENS, flat)
    white, black = np.ones((*land.height.shape, 3), np.float32), FRAME.blank((0, 0, 0))

    picture = project(FRAME, LENS, land, white, black)

    assert picture[:29].max() == 0
    assert picture[34:].min() > 0.99


def test_ground_slopes_are_those_of_the_height_function() -> None:
    land = ground(FRAME, LENS, lambda x, z: 0.3 * x + 0.2 * z)

    assert np.allclose(land.slope_x, 0.3, atol=1e-3)
    assert np.allclose(land.slope_z[5:-5], 0.2, atol=1e-2)


def test_a_ridge_casts_its_shadow_away_from_the_sun() -> None:
    land = ground(FRAME, LENS, wall)
    row = 60

    sun = land.sunlit(side=1.0, elevation=0.5, soft=0.01)[row]

    assert sun[land.x[row] < -0.8].min() < 0.1
    assert sun[land.x[row] > 0.8].min() > 0.9


def test_a_ridge_hides_what_lies_behind_it() -> None:
    land = ground(FRAME, LENS, lambda x, z: np.asarray(1.9 * np.exp(-((z - 10) ** 2)) + 0 * x))
    beyond = np.broadcast_to((land.z > 13)[..., None], (*land.z.shape, 3)).astype(np.float32)

    picture = project(FRAME, LENS, land, beyond, FRAME.blank((0, 0, 0)))

    assert picture[36:].max() < 0.01
