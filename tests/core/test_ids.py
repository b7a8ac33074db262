import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from core.ids import (
    MAX_ID,
    SEQUENCES,
    SHARDS,
    IdClock,
    IdParts,
    first_id_at,
    from_code,
    make_id,
    make_id_at,
    parse_id,
    split_id,
    to_code,
)

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> IdClock:
    return IdClock(tmp_path / "clock")


def test_ids_made_in_turn_on_one_shard_increase(clock: IdClock) -> None:
    made = [make_id(clock, 7) for _ in range(3 * SEQUENCES)]

    assert made == sorted(set(made))


def test_ids_of_different_shards_sort_by_time_first(clock: IdClock) -> None:
    with time_machine.travel(NOON, tick=False):
        early = make_id(clock, SHARDS - 1)
    with time_machine.travel(NOON + timedelta(milliseconds=1), tick=False):
        late = make_id(clock, 0)

    assert early < late


@pytest.mark.parametrize("shard", [0, 1, 4711, SHARDS - 1])
def test_id_carries_the_moment_and_the_shard_it_was_made_with(clock: IdClock, shard: int) -> None:
    with time_machine.travel(NOON, tick=False):
        parts = split_id(make_id(clock, shard))

    assert parts == IdParts(created_at=NOON, shard=shard, sequence=parts.sequence)


def test_ids_when_the_clock_runs_backwards_still_increase(clock: IdClock) -> None:
    with time_machine.travel(NOON, tick=False):
        before = make_id(clock, 3)
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        after = [make_id(clock, 3) for _ in range(2 * SEQUENCES)]

    assert [before, *after] == sorted({before, *after})
    assert {split_id(each).shard for each in after} == {3}


def test_ids_of_a_new_clock_on_the_same_file_go_on_after_the_last(tmp_path: Path) -> None:
    with time_machine.travel(NOON, tick=False):
        last = make_id(IdClock(tmp_path / "clock"), 0)
    with time_machine.travel(NOON - timedelta(hours=1), tick=False):
        first = make_id(IdClock(tmp_path / "clock"), 0)

    assert first == last + 1


def test_clock_file_that_was_cut_short_is_started_again(tmp_path: Path) -> None:
    (tmp_path / "clock").write_bytes(b"\x01")

    with time_machine.travel(NOON, tick=False):
        parts = split_id(make_id(IdClock(tmp_path / "clock"), 0))

    assert parts.created_at == NOON
    assert (tmp_path / "clock").stat().st_size == 8


def test_clock_file_in_a_folder_that_is_missing_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "deep" / "clock"

    make_id(IdClock(path), 0)

    assert path.stat().st_mode & 0o777 == 0o600


def test_ids_made_by_threads_and_processes_at_once_are_all_different(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(3) as processes, ThreadPoolExecutor(3) as threads:
        elsewhere = processes.map_async(_make_many, [path] * 3, chunksize=1)
        clock = IdClock(path)
        here = [threads.submit(_ids_of, clock, 1500) for _ in range(3)]
        batches = [*elsewhere.get(timeout=60), *(each.result() for each in here)]

    made = [each for batch in batches for each in batch]

    assert len(set(made)) == 6 * 1500
    assert all(batch == sorted(batch) for batch in batches)


FORK = """
import os, sys
from pathlib import Path
from core.ids import IdClock, make_id

clock = IdClock(Path(sys.argv[1]))
print(make_id(clock, 0), flush=True)
child = os.fork()
made = [make_id(clock, 0) for _ in range(500)]
if child:
    os.waitpid(child, 0)
os.write(1, "".join(f"{each}\\n" for each in made).encode())
"""


def test_ids_of_a_process_and_of_its_fork_are_all_different(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, str(tmp_path / "clock")], capture_output=True, text=True, check=True, cwd=ROOT
    )

    made = done.stdout.split()

    assert (len(made), len(set(made))) == (1001, 1001)


def _ids_of(clock: IdClock, number: int) -> list[int]:
    return [make_id(clock, 0) for _ in range(number)]


def _make_many(path: Path) -> list[int]:
    return _ids_of(IdClock(path), 1500)


def test_imported_id_sorts_at_its_moment() -> None:
    imported = make_id_at(NOON, 12)

    assert first_id_at(NOON) <= imported < first_id_at(NOON + timedelta(milliseconds=1))
    assert split_id(imported).shard == 12


def test_first_id_before_the_epoch_is_zero() -> None:
    assert first_id_at(datetime(2020, 1, 1, tzinfo=UTC)) == 0


def _numbers() -> Iterator[int]:
    yield from (0, 1, 9, 10, 35, 36, 61, 62, 3843, 3844, MAX_ID - 1, MAX_ID)
    yield from (first_id_at(NOON + timedelta(days=days)) + days for days in range(0, 3000, 137))


@pytest.mark.parametrize("number", list(_numbers()))
def test_short_code_leads_back_to_its_id(number: int) -> None:
    assert from_code(to_code(number)) == number


@pytest.mark.parametrize(("number", "code"), [(0, "0"), (61, "z"), (62, "10"), (MAX_ID, "AzL8n0Y58m7")])
def test_short_code_of_a_number_never_changes(number: int, code: str) -> None:
    assert to_code(number) == code


@pytest.mark.parametrize("number", [-1, MAX_ID + 1])
def test_short_code_of_what_is_no_id_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not an id"):
        to_code(number)


@pytest.mark.parametrize("code", ["", "00", "01", "0z", "a-b", "a b", "é", "１", "AzL8n0Y58m8", "z" * 11, "1" * 12])
def test_short_code_that_is_not_canonical_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a short code"):
        from_code(code)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), (str(MAX_ID), MAX_ID)])
def test_id_in_decimal_is_read(text: str, number: int) -> None:
    assert parse_id(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1e3", "٣", "²", "0x10", str(MAX_ID + 1), "1" * 20])
def test_text_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        parse_id(text)
