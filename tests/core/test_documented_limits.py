"""docs/limits.md names every limit with its numbers."""

import re
from pathlib import Path

from instagram import settings

ROWS = re.findall(
    r"^\| ([^|]+?) \| (\d+)[^|]* \| (\d+) (minutes?|hours?) \|", Path("docs/limits.md").read_text(), re.MULTILINE
)
SECONDS = {"minute": 60, "hour": 3600}


def test_every_limit_stands_in_the_documentation_as_it_is() -> None:
    documented = {name: (int(most), int(count) * SECONDS[unit.rstrip("s")]) for name, most, count, unit in ROWS}

    assert documented == settings.RATE_LIMITS
