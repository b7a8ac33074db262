"""What came out, as a table in Markdown."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

HEAD = (
    "| fault | what | how | uploads | faulted | lost | orphans | recovered in s, median | p95 |\n"
    "|---|---|---|--:|--:|--:|--:|--:|--:|"
)


@dataclass(frozen=True)
class Line:
    """`recovery` has the seconds from the last fault to the end of each upload."""

    name: str
    what: str
    how: str
    uploads: int
    faulted: int
    lost: int
    orphans: int
    recovery: list[float]

    def __str__(self) -> str:
        times = f"{statistics.median(self.recovery):.0f} | {_p95(self.recovery):.0f}" if self.recovery else "- | -"
        counts = f"{self.uploads} | {self.faulted} | {self.lost} | {self.orphans}"
        return f"| {self.name} | {self.what} | {self.how or '-'} | {counts} | {times} |"


def table(lines: Sequence[Line]) -> str:
    """With a last line that sums up all others."""
    total = Line(
        "all",
        "",
        "",
        sum(line.uploads for line in lines),
        sum(line.faulted for line in lines),
        sum(line.lost for line in lines),
        sum(line.orphans for line in lines),
        [seconds for line in lines for seconds in line.recovery],
    )
    return "\n".join([HEAD, *map(str, lines), str(total)])


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[round(0.95 * (len(seconds) - 1))]
