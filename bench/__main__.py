"""`make bench`: every measurement, or those named on the command line; each on a fresh site of its own."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engines.site import Server
from engines.temporary import temporary_site

MEASUREMENTS = {
    "page_queries": False,
    "denied": False,
    "entrance": False,
    "feed_read": False,
    "api": False,
    "upload_to_ready": True,
    "slow_uploads": False,
    "acceptance": False,
    "renditions": False,
    "signing": False,
    "feed_build": False,
    "push": False,
    "cold": False,
    "search": False,
}  # whether it needs a worker
UPLOAD_THREADS = {"slow_uploads": 256}  # of a second pool, for those that need one


def main(names: list[str]) -> int:
    """Exit status: 0 when all were taken."""
    unknown = set(names) - set(MEASUREMENTS)
    if unknown or "DATABASE_URL" not in os.environ:
        print(f"Use: bin/bench [{' | '.join(MEASUREMENTS)}]", file=sys.stderr)
        return 2
    started = time.monotonic()
    failed = [name for name in names or MEASUREMENTS if not take(name)]
    print(f"Taken in {time.monotonic() - started:.0f} s." if not failed else f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def take(name: str) -> bool:
    """Run one measurement against granian as docs/operations.md starts it: two processes with eight threads each."""
    with (
        tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as state,
        temporary_site(
            Path(state),
            name=f"bench_{name}",
            valkey_database=2 * list(MEASUREMENTS).index(name),
            worker=MEASUREMENTS[name],
            server=Server(2, "bench.wsgi:application", UPLOAD_THREADS.get(name, 0)),
            given={"DJANGO_SETTINGS_MODULE": "bench.settings"},
        ) as site,
    ):
        web = site.parts["web"].process
        ports = {"BENCH_PORT": str(site.port), "BENCH_UPLOAD_PORT": str(site.upload_port)}
        here = {**ports, "BENCH_SERVER": str(web.pid if web else 0), "LOG_LEVEL": "WARNING"}
        done = subprocess.run(
            [sys.executable, "-m", "bench.measure", name], env={**site.environment, **here}, check=False
        )
        if done.returncode != 0:
            print(site.logs(), file=sys.stderr)
        return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
