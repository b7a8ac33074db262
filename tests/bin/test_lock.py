import subprocess
import sys
from pathlib import Path

from engines.lock import Lock

HOLD = """
import sys
sys.path[0:0] = [sys.argv[2]]
from engines.lock import Lock
from pathlib import Path
lock = Lock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""


def test_second_taker_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    first.tell(pid=7, address="http://localhost:8000")

    assert not second.take()
    assert second.facts() == {"pid": 7, "address": "http://localhost:8000"}


def test_released_lock_can_be_taken(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    first.take()
    first.release()

    assert second.take()


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    bin_folder = Path(__file__).resolve().parents[2] / "bin"
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock"), str(bin_folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        while_it_lives = Lock(tmp_path / "lock").take()
        holder.kill()

    assert (while_it_lives, Lock(tmp_path / "lock").take()) == (False, True)


def test_unfinished_facts_read_as_none(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text('{"pid": ')

    assert Lock(tmp_path / "lock").facts() == {}
