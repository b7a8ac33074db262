"""The S3 service for tests: it survives the loss of nodes as it promises, and leaves nothing behind."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from engines.errors import Refusal
from engines.places import repository_root
from engines.swift import Swift, swift


@pytest.fixture(scope="module")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    with swift(tmp_path_factory.mktemp("swift"), nodes=3) as store:
        store.make_bucket("photos")
        yield store


@pytest.fixture
def cluster(_cluster: Swift) -> Iterator[Swift]:
    """Three nodes with the bucket `photos`; afterwards the bucket is empty and every node runs."""
    yield _cluster
    _cluster.heal()
    for key in _cluster.keys("photos"):
        _cluster.client.delete_object(Bucket="photos", Key=key)


def put(store: Swift, key: str) -> int:
    """The status of storing one small object."""
    try:
        store.client.put_object(Bucket="photos", Key=key, Body=key.encode())
    except ClientError as error:
        return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return 200


def alive_with(word: str) -> list[int]:
    """Processes whose command line has this word."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


@pytest.mark.parametrize("dead", [1, 2, 3])
def test_store_with_one_node_dead_takes_and_gives_everything(cluster: Swift, dead: int) -> None:
    put(cluster, "before")

    cluster.stop_node(dead)

    assert put(cluster, "after") == 200
    assert [cluster.read("photos", key) for key in ("before", "after")] == [b"before", b"after"]


@pytest.mark.parametrize("left", [1, 2, 3])
def test_store_with_two_nodes_dead_gives_and_takes_nothing(cluster: Swift, left: int) -> None:
    put(cluster, "before")

    for number in {1, 2, 3} - {left}:
        cluster.stop_node(number)

    assert put(cluster, "after") == 503
    assert (cluster.keys("photos"), cluster.read("photos", "before")) == (["before"], b"before")


def test_store_that_is_healed_has_everything_on_each_node(cluster: Swift) -> None:
    put(cluster, "before")
    cluster.stop_node(2)
    put(cluster, "meanwhile")
    cluster.client.delete_object(Bucket="photos", Key="before")

    cluster.heal()

    for left in (1, 2, 3):
        for number in {1, 2, 3} - {left}:
            cluster.stop_node(number)
        assert (cluster.keys("photos"), cluster.read("photos", "meanwhile")) == (["meanwhile"], b"meanwhile")
        for number in {1, 2, 3} - {left}:
            cluster.start_node(number)


def test_store_that_is_stopped_refuses_connections_until_it_is_started(cluster: Swift) -> None:
    cluster.stop()
    with pytest.raises(EndpointConnectionError):
        cluster.keys("photos")

    cluster.start()

    assert cluster.keys("photos") == []


def test_store_refuses_a_node_it_does_not_have(cluster: Swift) -> None:
    with pytest.raises(ValueError, match="no node 4"):
        cluster.stop_node(4)


def test_store_that_is_closed_leaves_no_process(tmp_path: Path) -> None:
    with swift(tmp_path) as store:
        running = alive_with(str(tmp_path))

    assert (len(running), alive_with(str(tmp_path))) == (3, [])
    assert store.process.poll() is not None


def test_store_dies_with_its_owner(tmp_path: Path) -> None:
    program = (
        "import pathlib, time\nfrom engines.swift import swift\n"
        f"with swift(pathlib.Path({str(tmp_path)!r})):\n    print('runs', flush=True)\n    time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(repository_root() / "bin")},
    )
    assert owner.stdout is not None
    with owner.stdout:
        assert owner.stdout.readline() == b"runs\n"

    owner.send_signal(signal.SIGKILL)
    owner.wait()

    deadline = time.monotonic() + 10
    while alive_with(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive_with(str(tmp_path)) == []


def test_store_refuses_a_filesystem_without_extended_attributes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refuse)

    with pytest.raises(Refusal, match="its filesystem has no extended attributes"), swift(tmp_path):
        pass
