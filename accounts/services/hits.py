"""How often entries of the blocklists were met: counted in Valkey at once, and written into their rows once a minute.

What refuses a form undoes its transaction, so that nothing can be counted in there; and an entry that a flood of
requests meets must not make them wait for its row. While Valkey is away nothing is counted.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from django.apps import apps
from django.db.models import F, Model

from core.valkey import valkey, when_away

KEY = "blocklist:hits"  # a hash: <app>.<table>:<id> -> how often since the rows were written
MOST = 10_000  # entries that are written at once

_TAKE = """
local all = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return all
"""


def note_hits(table: type[Model], ids: Iterable[int]) -> None:
    """Count once more that these rows of a list were met."""

    def count() -> list[Any]:
        pipeline = valkey().pipeline(transaction=False)
        for each in ids:
            pipeline.hincrby(KEY, f"{table._meta.label_lower}:{each}", 1)
        return pipeline.execute()

    when_away(count, [])


def write_hits() -> int:
    """Add what was counted to the rows; returns how many were met. What fails in between is lost, as counts may be."""
    found = cast("list[bytes]", when_away(lambda: valkey().eval(_TAKE, 1, KEY), []))
    now = datetime.fromtimestamp(int(time.time()), UTC)
    names = found[: 2 * MOST : 2]
    for name, count in zip(names, found[1 : 2 * MOST : 2], strict=True):
        label, _, key = name.decode().partition(":")
        rows: Any = apps.get_model(label)._default_manager  # noqa: SLF001  every model has one
        rows.filter(pk=int(key)).update(hits=F("hits") + int(count), hit_at=now)
    return len(names)
