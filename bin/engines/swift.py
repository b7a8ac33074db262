"""A real S3 service for tests and measurements: OpenStack Swift with its S3 face, on ports of 127.0.0.1.

Signatures and expiry are really checked, and with three nodes every object is on three of them: one may be killed
without anything being refused, with two gone there is reading and no writing.
"""

import errno
import json
import os
import secrets
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from engines.errors import Refusal
from engines.processes import OWNER, finish, tail, tied

PATIENCE = 120.0  # seconds for one order on a busy machine
PROXY = "proxy"
SERVICES = ("account", "container", "object")


@dataclass
class Swift:
    """A running store. Nodes are numbered from 1; `log` has what its servers complained about."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    nodes: int
    log: Path
    process: "subprocess.Popen[str]" = field(repr=False)
    is_whole: bool = True

    def stop_node(self, number: int) -> None:
        """Kill the account, container and object server of this node; its disk stays as it is."""
        self.order(f"stop {self._name(number)}")

    def start_node(self, number: int) -> None:
        """Start them again on the same disk and ports. Returns when they listen."""
        self.order(f"start {self._name(number)}")

    def stop(self) -> None:
        """Kill what clients talk to: from now on connections are refused."""
        self.order(f"stop {PROXY}")

    def start(self) -> None:
        self.order(f"start {PROXY}")

    def heal(self) -> None:
        """Everything runs, and every node has what happened while it was away. Costs nothing when none was."""
        if self.is_whole:
            return
        for name in (PROXY, *map(str, range(1, self.nodes + 1))):
            self.order(f"start {name}")
        self.order("settle")
        self.is_whole = True

    @cached_property
    def client(self) -> Any:
        """A boto3 client with the store's own keys that tries each call once."""
        import boto3.session  # noqa: PLC0415  bin/dev reads this package before anything is installed
        from botocore.config import Config  # noqa: PLC0415  as above

        once = Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        return boto3.session.Session(self.access_key, self.secret_key, region_name=self.region).client(
            "s3", endpoint_url=self.endpoint, config=once
        )

    def make_bucket(self, name: str) -> str:
        """An empty bucket; returns its name. Make it while every node runs: one that is away never learns of it."""
        self.client.create_bucket(Bucket=name)
        return name

    def keys(self, bucket: str) -> list[str]:
        """Every key in the bucket, sorted. Right for what was stored while every node ran, else after `heal`."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return sorted(each["Key"] for page in pages for each in page.get("Contents", ()))

    def read(self, bucket: str, key: str) -> bytes:
        with self.client.get_object(Bucket=bucket, Key=key)["Body"] as body:
            data: bytes = body.read()
        return data

    def close(self) -> None:
        """End every process of the store."""
        if "client" in self.__dict__:
            self.client.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        finish(self.process, patience=10)

    def environment(self, variable: str = "S3") -> dict[str, str]:
        """What leads a site to this store: S3_ENDPOINT_URL and so on, or STORAGE_OSLO_... for one storage alone."""
        return {
            f"{variable}_ENDPOINT_URL": self.endpoint,
            f"{variable}_REGION": self.region,
            f"{variable}_ACCESS_KEY_ID": self.access_key,
            f"{variable}_SECRET_ACCESS_KEY": self.secret_key,
        }

    def order(self, order: str) -> None:
        """Give the program one order, as `swift_node` lists them. Refusal, with the end of the log, when it fails."""
        self.is_whole = self.is_whole and not order.startswith("stop")
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise Refusal("The S3 service was started without a way to talk to it.")
        try:
            stdin.write(f"{order}\n")
            stdin.flush()
            answered, _, _ = select.select([stdout], [], [], PATIENCE)
            answer = stdout.readline().strip() if answered else f"no answer for {PATIENCE:.0f} s"
        except BrokenPipeError:
            answer = ""
        if answer != "done":
            raise Refusal(f"The S3 service did not {order}: {answer or 'it has ended'}. {tail(self.log, lines=40)}")

    def _name(self, number: int) -> str:
        if not 1 <= number <= self.nodes:
            raise ValueError(f"there is no node {number}")
        return str(number)


@contextmanager
def swift(folder: Path, *, nodes: int = 1, region: str = "us-east-1", origins: str = "*") -> Iterator[Swift]:
    """Runs a store with its data in `folder`; afterwards nothing of it runs. The folder is its owner's to delete.

    Every object is on min(nodes, 3) nodes. `origins` are those whose pages may call it (CORS), separated by commas.
    Refusal when the folder's filesystem keeps no extended attributes, or when Swift is not installed.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_attributes(folder)
    port, *others = _free_ports(1 + nodes * len(SERVICES))
    access_key, secret_key = "test:tester", secrets.token_hex(16)
    plan = {
        "port": port,
        "nodes": {str(number + 1): dict(zip(SERVICES, others[number * 3 :], strict=False)) for number in range(nodes)},
        "access_key": access_key,
        "secret": secret_key,
        "hash": secrets.token_hex(8),
        "region": region,
        "origins": origins,
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    log = folder / "swift.log"
    store = Swift(f"http://127.0.0.1:{port}", access_key, secret_key, region, nodes, log, _spawn(folder, log))
    try:
        for name in (*map(str, range(1, nodes + 1)), PROXY):
            store.order(f"start {name}")
        yield store
    finally:
        store.close()


def _spawn(folder: Path, log: Path) -> "subprocess.Popen[str]":
    """Its own session, so that Ctrl-C does not reach it; it ends with its stdin, that is, with us."""
    program = Path(__file__).with_name("swift_node.py")
    keep = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR", OWNER}}
    with log.open("ab") as errors:
        return subprocess.Popen(
            tied([sys.executable, "-P", "-X", "faulthandler", "-W", "ignore", program, folder]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=keep,
            cwd=folder,
            text=True,
            start_new_session=True,
        )


def _check_attributes(folder: Path) -> None:
    probe = folder / ".attributes"
    probe.write_bytes(b"")
    try:
        os.setxattr(probe, "user.swift", b"x" * 512)
    except OSError as error:
        why = "has no extended attributes" if error.errno == errno.ENOTSUP else error.strerror
        raise Refusal(f"The S3 service cannot keep its data in {folder}: its filesystem {why}.") from error
    finally:
        probe.unlink()


def _free_ports(count: int) -> list[int]:
    """Ports nobody uses at this moment; all different."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()
