"""The short form of `make fuzz`: a few requests to each call, as each caller; the same seed in every run."""

import os
import subprocess
import sys

import pytest

from engines.temporary import temporary_site
from tests.fuzz.callers import make_callers
from tests.fuzz.runs import SETTINGS, schemathesis_command

FIRST_VALKEY_DATABASE = 48  # those below are for unit tests and tests/e2e
SHORT = ("--phases", "examples,fuzzing,stateful", "--max-examples", "2", "--seed", "1", "--no-shrink")


def test_answers_are_as_the_schema_says_whoever_asks(tmp_path_factory: pytest.TempPathFactory) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = FIRST_VALKEY_DATABASE + 2 * (int(worker.removeprefix("gw")) % 8)
    state = tmp_path_factory.mktemp("fuzzed")

    with temporary_site(state, name=f"fuzz_{worker}", valkey_database=number, given=SETTINGS) as site:
        commands = {name: schemathesis_command(site, each, *SHORT) for name, each in make_callers(site).items()}
        done = {
            name: subprocess.run(each, capture_output=True, text=True, check=False) for name, each in commands.items()
        }

    for each in done.values():
        sys.stdout.write(each.stdout + each.stderr)  # what was found, and how to ask for it again
    assert {name for name, each in done.items() if each.returncode} == set()
    assert {name for name, each in done.items() if "Stateful (in" not in each.stdout} == set()
