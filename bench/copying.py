"""Rows into Postgres as fast as it takes them: binary COPY of numpy columns, indexes made afterwards."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Column = NDArray[np.int64] | NDArray[np.int32] | bytes  # bytes: the same in every row
ROWS_A_PIECE = 250_000


def copy_rows(table: str, columns: Mapping[str, Column]) -> None:
    """One row for each element of the arrays."""
    layout = [("count", ">i2")]
    for name, column in columns.items():
        layout += [(f"{name} length", ">i4"), (name, f"S{len(column)}" if isinstance(column, bytes) else _big(column))]
    layout = [(name, kind) for name, kind in layout if kind != "S0"]
    total = next(len(column) for column in columns.values() if not isinstance(column, bytes))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN BINARY") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start in range(0, total, ROWS_A_PIECE):
            piece = np.zeros(min(ROWS_A_PIECE, total - start), dtype=layout)
            piece["count"] = len(columns)
            for name, column in columns.items():
                piece[f"{name} length"] = len(column) if isinstance(column, bytes) else column.itemsize
                if column != b"" if isinstance(column, bytes) else True:
                    piece[name] = column if isinstance(column, bytes) else column[start : start + len(piece)]
            copy.write(piece.tobytes())
        copy.write(b"\xff\xff")


def _big(column: NDArray[np.int64] | NDArray[np.int32]) -> str:
    return f">i{column.itemsize}"


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Inside, rows go into bare tables without a log. Afterwards the indexes are there again, foreign keys are not."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET max_parallel_maintenance_workers = 2")
        again = [statement for table in tables for statement in _strip(table)]
    yield
    with connection.cursor() as cursor:
        for statement in again:
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE, FREEZE) {table}")


def _strip(table: str) -> list[str]:
    """The statements that make what is taken away here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint"
            " WHERE contype = 'f' AND %s::regclass IN (conrelid, confrelid)",
            [table],
        )
        for owner, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {owner} DROP CONSTRAINT IF EXISTS "{name}"')
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('p', 'u') AND conrelid = %s::regclass",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(f"ALTER TABLE {table} SET UNLOGGED")
    return [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}' for name, text in constraints] + [
        text for _, text in indexes
    ]
