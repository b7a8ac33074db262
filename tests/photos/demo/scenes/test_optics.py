import numpy as np

from photos.demo.scenes.frame import Frame, hexes, ramp, smooth
from photos.demo.scenes.optics import Look, blur, develop

PLAIN = Look(contrast=0, bloom=0, halation=0, vignette=0, grain=0, fade=0)


def frame(width: int = 96, height: int = 64) -> Frame:
    return Frame("test", 1, width, height)


def test_develop_without_effects_gives_back_the_colour() -> None:
    picture = develop(frame(), frame().blank(hexes("5a7f9a")[0]), PLAIN)

    assert np.abs(np.asarray(picture, int) - (0x5A, 0x7F, 0x9A)).max() <= 1


def test_develop_keeps_glare_and_darkness_in_range() -> None:
    light = frame().blank((-1.0, 0.0, 50.0))

    red, green, blue = np.asarray(develop(frame(), light, PLAIN))[5, 5]

    assert (red, green) == (0, 0)
    assert blue >= 250


def test_develop_dithers_so_that_a_slow_gradient_shows_no_bands() -> None:
    slow = np.linspace(0.20, 0.21, 96, dtype=np.float32)[None, :, None] * np.ones((64, 1, 3), np.float32)

    column_means = np.asarray(develop(frame(), slow, Look()), float)[..., 1].mean(axis=0)

    assert len(np.unique(column_means)) > 20


def test_blur_keeps_the_amount_of_light() -> None:
    spot = np.zeros((64, 96), np.float32)
    spot[30:34, 46:50] = 1

    for deviation in (0.8, 3.0, 6.0):
        assert np.isclose(blur(spot, deviation).sum(), spot.sum(), rtol=0.05)


def test_ramp_meets_its_colours_at_the_ends() -> None:
    colours = hexes("102030", "f0e0d0")

    ends = ramp(colours, np.array([0.0, 1.0]))

    assert np.allclose(ends, colours, atol=1e-5)


def test_smooth_goes_either_way() -> None:
    steps = np.array([0.0, 0.5, 1.0])

    assert smooth(0, 1, steps).tolist() == [0.0, 0.5, 1.0]
    assert smooth(1, 0, steps).tolist() == [1.0, 0.5, 0.0]
