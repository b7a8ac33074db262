"""`python -m tests.faults.harness [--quick] [--rows P4,P8/kill,flush] [--seed N]`, started by bin/faults."""

import argparse
import os
import secrets
import shutil
import sys
from pathlib import Path

import django

from engines.processes import Environment
from engines.progress import Console
from tests.faults.harness.machine import machine

FAULTS = 12  # of each row; 42 rows of points have 504 together
QUICK = 2


def main() -> int:
    """Exit status: 0 when nothing was lost and every condition holds."""
    options = _options()
    folder, console = Path(os.environ["FAULTS_FOLDER"]), Console()
    console.say(f"Seed {options.seed}")
    with machine(folder) as running:
        _use(running.site.environment)
        from tests.faults.harness.run import Run  # noqa: PLC0415  models need the settings of the site that runs now

        try:
            rows = tuple(name.replace("/", " ").strip() for name in options.rows.split(",") if name)
            good = Run(running, console, folder, options.seed, QUICK if options.quick else FAULTS, rows).all()
        finally:
            if options.logs:
                shutil.copytree(running.site.places.logs, options.logs, dirs_exist_ok=True)
    return 0 if good else 1


def _use(environment: Environment) -> None:
    """From now on this process is one of the site's, but no fault point of its own obeys."""
    ours = {name: value for name, value in environment.items() if name not in ("FAULT_POINTS", "TMPDIR")}
    os.environ.update({**ours, "LOG_LEVEL": "ERROR"})
    django.setup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} faults a row instead of {FAULTS}")
    parser.add_argument("--rows", default="", metavar="P4,P8/kill,flush", help="only these rows")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="draws the same pictures again")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of all processes there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
