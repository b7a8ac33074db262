import os
import stat
from pathlib import Path

import pytest

from engines.errors import Refusal
from engines.places import SOCKET_LIMIT, shared_folder, socket_folder


def test_sockets_lie_in_the_state_folder_closed_to_others(state: Path) -> None:
    folder = socket_folder(state)

    assert folder == state / "run"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_long_path_moves_sockets_to_a_private_folder_that_stays_the_same(state: Path) -> None:
    long = state / ("long" * 30)

    folder = socket_folder(long)

    assert folder == socket_folder(long)
    assert folder != socket_folder(state / ("also" * 30))
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_LIMIT
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_limit_counts_bytes_not_letters(state: Path) -> None:
    letters = SOCKET_LIMIT - len(str(state)) - len("//run/.s.PGSQL.5432")

    assert socket_folder(state / ("a" * letters)).is_relative_to(state)
    assert not socket_folder(state / ("ä" * letters)).is_relative_to(state)


def test_shared_folder_that_others_can_enter_is_refused(state: Path) -> None:
    shared_folder().chmod(0o755)

    with pytest.raises(Refusal, match="not a private folder"):
        shared_folder()


def test_shared_folder_that_is_a_link_is_refused(state: Path) -> None:
    target = state.parent / "elsewhere"
    target.mkdir(mode=0o700)
    (state.parent / f"instagram-{os.getuid()}").symlink_to(target)

    with pytest.raises(Refusal, match="not a private folder"):
        shared_folder()
