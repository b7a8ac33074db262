import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.errors import Refusal
from engines.ports import Port, choose_port


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def home(state: Path) -> Path:
    state.mkdir()
    return state


def release(*ports: Port) -> None:
    for port in ports:
        port.lock.release()


def test_chosen_port_is_remembered(home: Path) -> None:
    first = choose_port(home, None)
    release(first)

    second = choose_port(home, None)

    assert second.number == first.number == int((home / "port").read_text())
    release(second)


def test_two_clones_that_start_at_once_get_different_ports(home: Path) -> None:
    other = home.parent / "other"
    other.mkdir()

    first, second = choose_port(home, None), choose_port(other, None)

    assert first.number != second.number
    release(first, second)


def test_wanted_port_that_is_busy_is_refused_by_number(home: Path, busy: int) -> None:
    with pytest.raises(Refusal, match=f"Port {busy} is busy"):
        choose_port(home, busy)


def test_wanted_port_is_not_remembered(home: Path, busy: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]

    port = choose_port(home, free)

    assert (port.number, (home / "port").exists()) == (free, False)
    release(port)


@pytest.mark.parametrize("text", ["", "many", "80", "99999"])
def test_memory_that_makes_no_sense_is_ignored(home: Path, text: str) -> None:
    (home / "port").write_text(text)

    port = choose_port(home, None)

    assert 8000 <= port.number <= 8999
    release(port)
