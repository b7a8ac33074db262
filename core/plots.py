"""Lines and bars as SVG needs them, from figures alone; a page draws them without any script."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 120  # of the area, in units of the drawing
TICKS = 4

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One series: pieces of a line as `points` of SVG, and single points where there is a gap on either side."""

    name: str
    number: int
    lines: Sequence[str] = ()
    dots: Sequence[tuple[float, float]] = ()
    bars: Sequence[Bar] = ()


def ceiling(most: float) -> float:
    """The least that is not below and whose TICKS parts are 1, 2 or 5 times a power of ten, so whole numbers."""
    part = max(most / TICKS, 1)
    power = 10.0 ** math.floor(math.log10(part))
    return TICKS * next(step * power for step in (1, 2, 5, 10) if step * power >= part * 0.9999)


def ceiling_of_bytes(most: float) -> float:
    """The same in the units that bytes are told in: each part is 1, 2, 5, 10 ... 500 times a power of 1024."""
    part = max(most / TICKS, 1)
    power = 1024.0 ** math.floor(math.log(part, 1024))
    return TICKS * next(step * power for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1024) if step * power >= part)


def ticks(top: float) -> list[tuple[float, float]]:
    """(y, value) of each line of the grid, the lowest first."""
    return [(HEIGHT - HEIGHT * number / TICKS, top * number / TICKS) for number in range(TICKS + 1)]


def line_of(name: str, number: int, values: Values, top: float) -> Shape:
    step = WIDTH / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(place * step, 1), _height(value, top)))
    lines = [" ".join(f"{x:g},{y:g}" for x, y in run) for run in runs if len(run) > 1]
    return Shape(name, number, lines=lines, dots=[run[0] for run in runs if len(run) == 1])


def bars_of(name: str, number: int, values: Values, top: float) -> Shape:
    step = WIDTH / max(len(values), 1)
    bars = [
        Bar(round(place * step + step * 0.1, 1), y := _height(value, top), round(step * 0.8, 1), round(HEIGHT - y, 1))
        for place, value in enumerate(values)
        if value
    ]
    return Shape(name, number, bars=bars)


def top_of(series: Sequence[Values], round_up: Callable[[float], float] = ceiling) -> float:
    return round_up(max((value for values in series for value in values if value is not None), default=0))


def _height(value: float, top: float) -> float:
    return round(HEIGHT - HEIGHT * min(value / top, 1), 1)
