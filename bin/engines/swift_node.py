"""The program behind `engines.swift`: builds the rings and forks one process for the proxy and one for each node.

    python swift_node.py FOLDER < orders

FOLDER/plan.json says what to run. Each order on stdin is one line, `start NAME`, `stop NAME` or `settle`, and each is
answered with one line on stdout. When stdin ends, everything ends.
"""

# mypy: disable-error-code="import-untyped"
# Neither Swift nor eventlet comes with type information.

import ctypes
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import eventlet
import eventlet.wsgi
from swift.common import utils, wsgi
from swift.common.constraints import MAX_REQUEST_LINE
from swift.common.http_protocol import SwiftHttpProtocol
from swift.common.ring import RingBuilder
from swift.common.utils import logs
from swift.container.replicator import ContainerReplicator
from swift.obj.replicator import ObjectReplicator
from swift.obj.updater import ObjectUpdater

# Loaded before the forks, so that no child has to.
import swift.account.server  # isort: skip
import swift.common.middleware.s3api.s3api
import swift.common.middleware.slo
import swift.common.middleware.tempauth
import swift.container.server
import swift.obj.server
import swift.proxy.server  # noqa: F401

logger = logging.getLogger("swift_node")

PROXY = "proxy"
SERVICES = ("account", "container", "object")
PARTITION_BITS = 4
PR_SET_PDEATHSIG = 1

PIPELINE = "catch_errors gatekeeper healthcheck listing_formats s3api tempauth copy slo proxy-server"
PROXY_CONF = """\
[DEFAULT]
swift_dir = {folder}
log_level = WARNING
[pipeline:main]
pipeline = {pipeline}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
cors_allow_origin = {origins}
conn_timeout = 1
node_timeout = 10
error_suppression_interval = 0
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = {region}
cors_preflight_allow_origin = {origins}
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
"""
NODE_CONF = """\
[DEFAULT]
swift_dir = {folder}
devices = {devices}
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = WARNING
[pipeline:main]
pipeline = {service}-server
[app:{service}-server]
use = egg:swift#{service}
container_update_timeout = 30
"""


class Cloud:
    """The processes of one store: `proxy`, and the nodes `1`, `2`, ...; each node has its own folder and ports."""

    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        self.folder = folder
        self.nodes: dict[str, dict[str, int]] = plan["nodes"]
        self.plan = plan
        self.running: dict[str, int] = {}
        self.reserved = [_reserve(port) for port in [plan["port"], *_ports(self.nodes)]]

    def prepare(self) -> None:
        """Writes swift.conf, the rings and one configuration for each server."""
        account, user = self.plan["access_key"].split(":")
        (self.folder / "swift.conf").write_text(f"[swift-hash]\nswift_hash_path_prefix = {self.plan['hash']}\n")
        (self.folder / "proxy.conf").write_text(
            PROXY_CONF.format(folder=self.folder, pipeline=PIPELINE, account=account, user=user, **self.plan)
        )
        for name in self.nodes:
            (self._disks(name) / "disk").mkdir(parents=True, exist_ok=True)
            for service in SERVICES:
                self._conf(name, service).write_text(
                    NODE_CONF.format(folder=self.folder, devices=self._disks(name), service=service)
                )
        for service in SERVICES:
            self._build_ring(service)
        utils.set_swift_dir(str(self.folder))

    def start(self, name: str) -> None:
        """Returns when every server of `name` listens."""
        if name in self.running:
            return
        servers = self._servers(name)
        ready, tell = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            _run(servers, tell, parent)
        os.close(tell)
        self.running[name] = pid
        told = b""
        while len(told) < len(servers) and (more := os.read(ready, len(servers))):
            told += more
        os.close(ready)
        if len(told) < len(servers):
            self.stop(name)
            raise RuntimeError(f"{name} does not start")

    def stop(self, name: str) -> None:
        """Kills it as a power cut would: nothing is said to anybody."""
        pid = self.running.pop(name, None)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def settle(self) -> None:
        """Every node gets what it missed while it was away. In a child, which is thrown away with all it loads."""
        pid = os.fork()
        if pid == 0:
            _catch_up([self._daemon_conf(name) for name in self.nodes])
        if os.waitpid(pid, 0)[1] != 0:
            raise RuntimeError("the nodes did not catch up")

    def _servers(self, name: str) -> list[tuple[Path, int]]:
        """Configuration and port of each server of this process."""
        if name == PROXY:
            return [(self.folder / "proxy.conf", self.plan["port"])]
        return [(self._conf(name, service), self.nodes[name][service]) for service in SERVICES]

    def _daemon_conf(self, name: str) -> dict[str, str]:
        return {
            "swift_dir": str(self.folder),
            "devices": str(self._disks(name)),
            "mount_check": "false",
            "recon_cache_path": str(self.folder),
            "log_level": "WARNING",
            "bind_ip": "127.0.0.1",
            "bind_port": str(self.nodes[name]["object"]),
            "container_port": str(self.nodes[name]["container"]),
            "sync_method": "ssync",
            "concurrency": "1",
        }

    def _disks(self, name: str) -> Path:
        return self.folder / f"node-{name}"

    def _conf(self, name: str, service: str) -> Path:
        return self.folder / f"{service}-{name}.conf"

    def _build_ring(self, service: str) -> None:
        builder = RingBuilder(PARTITION_BITS, min(len(self.nodes), 3), 0)
        for number, ports in enumerate(self.nodes.values()):
            builder.add_dev(
                {
                    "id": number,
                    "region": 1,
                    "zone": number + 1,
                    "ip": "127.0.0.1",
                    "port": ports[service],
                    "device": "disk",
                    "weight": 100.0,
                }
            )
        builder.rebalance(seed="1")
        builder.get_ring().save(str(self.folder / f"{service}.ring.gz"))


def _ports(nodes: dict[str, dict[str, int]]) -> list[int]:
    return [port for ports in nodes.values() for port in ports.values()]


def _reserve(port: int) -> socket.socket:
    """Keeps others from a port whose server is stopped. It does not listen: whoever calls is refused at once."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", port))
    return held


def _run(servers: list[tuple[Path, int]], tell: int, parent: int) -> None:
    """The life of a forked child; it ends when it is killed, or with its parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    try:
        _go_green()
        greens = [eventlet.spawn(_serve, conf, port, tell) for conf, port in servers]
        for green in greens:
            green.wait()
    except BaseException:  # a forked child must not fall back into the program of its parent
        logger.exception("a server of %s ended", servers[0][0])
    finally:
        os._exit(1)


def _catch_up(confs: list[dict[str, str]]) -> None:
    """The life of another forked child: every node tells the listings, and its neighbours, what they do not know."""
    try:
        _go_green()
        for conf in confs:
            ObjectUpdater(conf).run_once()
            ObjectReplicator(conf).run_once()
            ContainerReplicator({**conf, "bind_port": conf["container_port"]}).run_once()
        os._exit(0)
    except SystemExit:  # the updater's own children end so
        os._exit(0)
    except BaseException:  # as above
        logger.exception("the nodes did not catch up")
    finally:
        os._exit(1)


def _go_green() -> None:
    """Only in children: the parent waits for real."""
    utils.monkey_patch()
    eventlet.hubs.use_hub(utils.get_hub())


def _serve(conf: Path, port: int, tell: int) -> None:
    app = wsgi.loadapp(str(conf), global_conf={"log_name": conf.stem})
    listening = eventlet.listen(("127.0.0.1", port), reuse_addr=True, reuse_port=True)
    os.write(tell, b".")
    eventlet.wsgi.server(
        listening,
        app,
        utils.NullLogger(),
        protocol=SwiftHttpProtocol,
        max_size=1024,
        socket_timeout=60,
        capitalize_response_headers=False,  # clients look for ETag as it is spelled
        url_length_limit=MAX_REQUEST_LINE,
    )


def _log_to_stderr(**options: Any) -> logging.Handler:
    return logging.StreamHandler(sys.__stderr__)


def _obey(cloud: Cloud, order: str) -> str:
    word, _, name = order.strip().partition(" ")
    try:
        if word == "settle":
            cloud.settle()
        elif word == "start":
            cloud.start(name)
        else:
            cloud.stop(name)
    except Exception as error:  # the orderer is told; the store goes on
        logger.exception("an order failed")
        return f"failed: {error}"
    return "done"


def main() -> None:
    folder = Path(sys.argv[1])
    logs.ThreadSafeSysLogHandler = _log_to_stderr
    cloud = Cloud(folder, json.loads((folder / "plan.json").read_text()))
    cloud.prepare()
    for order in iter(sys.stdin.readline, ""):
        print(_obey(cloud, order), flush=True)
    for name in list(cloud.running):
        cloud.stop(name)


if __name__ == "__main__":
    main()
