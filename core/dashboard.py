"""What the first page of the admin tells, put together from what each app adds at its start: figures of now, plots of
figures over time, and panels with things to look after.

Figures of now are those of `/metrics`; plots are of samples (`core.samples`). Both are named `metric/label` here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.urls import reverse

from core.metrics import read_figures
from core.plots import WIDTH, Shape, Values, bars_of, ceiling, ceiling_of_bytes, line_of, ticks, top_of
from core.samples import Span, latest_at, read_series
from core.sizes import size_text

SPANS = {  # name: (width of a bucket, how many)
    "day": (timedelta(minutes=30), 48),
    "week": (timedelta(hours=3), 56),
    "quarter": (timedelta(days=1), 90),
}
LATE = timedelta(minutes=16)  # without a sample for so long something stands still


@dataclass(frozen=True, slots=True)
class Page:
    """A list of the admin, by `app_model`, for whoever has `permission`; `query` filters it."""

    name: str
    permission: str
    query: str = ""

    @property
    def url(self) -> str:
        return f"{reverse(f'admin:{self.name}_changelist')}?{self.query}".removesuffix("?")


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of now: the sum of `names`. Above `alarm` it is one to look after."""

    title: str
    names: Sequence[str]
    place: int
    unit: str = "number"
    alarm: float | None = None
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """`series` are pairs of (words, name of the samples). `bars` are for what happened, lines for what was."""

    title: str
    about: str
    series: Sequence[tuple[str, str]]
    place: int
    unit: str = "number"
    bars: bool = False
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """`read` is asked once a page, and what it answers is `panel` in the template."""

    template: str
    read: Callable[[], Any]
    permission: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A tile with its `text`, None while nobody can say."""

    tile: Tile
    text: str | None
    is_alarming: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plot as drawn: `grid` is (y, text) of each line, `rows` are the same figures as text, with their moment."""

    plot: Plot
    shapes: Sequence[Shape]
    grid: Sequence[tuple[float, str]]
    rows: Sequence[tuple[datetime, Sequence[str]]]
    span: Span
    summary: str

    @property
    def marks(self) -> list[tuple[float, datetime]]:
        """(x, moment) of some buckets: where words stand below the drawing."""
        every = max(self.span.count // 6, 1)
        step = WIDTH / self.span.count if self.plot.bars else WIDTH / max(self.span.count - 1, 1)
        lead = step / 2 if self.plot.bars else 0
        return [(lead + step * place, self.span.buckets[place]) for place in range(0, self.span.count, every)]

    @property
    def is_empty(self) -> bool:
        return not any(shape.lines or shape.dots or shape.bars for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`away` are parts of the house that do not answer; `late_since` is when samples stopped, None while they come."""

    figures: Sequence[Figure]
    drawings: Sequence[Drawing]
    panels: Sequence[tuple[str, Any]]
    away: Sequence[str]
    span: str
    late_since: datetime | None
    has_samples: bool


TileOrPlot = TypeVar("TileOrPlot", Tile, Plot)

_tiles: dict[str, Tile] = {}
_plots: dict[str, Plot] = {}
_panels: dict[str, Panel] = {}


def add_tiles(*tiles: Tile) -> None:
    _tiles.update({tile.title: tile for tile in tiles})


def add_plots(*plots: Plot) -> None:
    _plots.update({plot.title: plot for plot in plots})


def add_panel(panel: Panel) -> None:
    _panels[panel.template] = panel


def read_dashboard(span_name: str, now: datetime, may: Callable[[str], bool]) -> Dashboard:
    """For whoever `may` do what permissions say: without it there is no link, and no panel.

    The number of queries is the same whatever there is.
    """
    name = span_name if span_name in SPANS else "day"
    figures = read_figures()
    span = span_until(now, *SPANS[name])
    plots = sorted(_plots.values(), key=lambda plot: plot.place)
    series = read_series({key for plot in plots for _, key in plot.series}, span)
    latest = latest_at()
    return Dashboard(
        figures=[_figure(_linked(tile, may), figures) for tile in sorted(_tiles.values(), key=lambda each: each.place)],
        drawings=[draw(_linked(plot, may), series, span) for plot in plots],
        panels=[(panel.template, panel.read()) for panel in _panels.values() if may(panel.permission)],
        away=[part for part, is_up in figures.get("up", {}).items() if not is_up],
        span=name,
        late_since=latest if latest and now - latest > LATE else None,
        has_samples=latest is not None,
    )


def span_until(now: datetime, width: timedelta, count: int) -> Span:
    """So many whole buckets, the last of which is the one of now; days begin at midnight."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + ((now - midnight) // width + 1) * width
    return Span(end - width * count, width, count)


def draw(plot: Plot, series: Mapping[str, Values], span: Span) -> Drawing:
    values = [series[name] for _, name in plot.series]
    top = top_of(values, ceiling_of_bytes if plot.unit == "bytes" else ceiling)
    shape = bars_of if plot.bars else line_of
    shapes = [shape(words, number, series[name], top) for number, (words, name) in enumerate(plot.series)]
    grid = [(y, text_of(value, plot.unit)) for y, value in ticks(top)]
    columns = zip(*values, strict=True)
    rows = [
        (moment, ["-" if value is None else text_of(value, plot.unit) for value in row])
        for moment, row in zip(span.buckets, columns, strict=True)
    ]
    return Drawing(plot, shapes, grid, rows, span, _summary(plot, values))


def text_of(value: float, unit: str) -> str:
    if unit == "bytes":
        return size_text(round(value))
    if unit == "seconds":
        return duration_text(value)
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def duration_text(seconds: float) -> str:
    """In the largest unit of which there are two at least: 90 s, 45 min, 26 h, 3 d."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _summary(plot: Plot, values: Sequence[Values]) -> str:
    """The newest and the greatest of each series, in words."""
    told = []
    for (words, _), row in zip(plot.series, values, strict=True):
        known = [value for value in row if value is not None]
        if known:
            newest, most = text_of(known[-1], plot.unit), text_of(max(known), plot.unit)
            told.append(f"{words}: {newest} now, {most} at most")
    return "; ".join(told) or "Nothing was written down in this time"


def _figure(tile: Tile, figures: Mapping[str, Mapping[str, float]]) -> Figure:
    parts = (name.partition("/") for name in tile.names)
    found = [figures[metric][label] for metric, _, label in parts if label in figures.get(metric, {})]
    if not found:
        return Figure(tile, None)
    total = sum(found)
    return Figure(tile, text_of(total, tile.unit), tile.alarm is not None and total > tile.alarm)


def _linked(thing: TileOrPlot, may: Callable[[str], bool]) -> TileOrPlot:
    """Without its link for whom that leads nowhere."""
    return thing if thing.page is None or may(thing.page.permission) else replace(thing, page=None)
