"""`.env.example` lists exactly the variables that the settings read, each explained in one line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRINT_READ = "import json; from instagram import env, settings; print(json.dumps(sorted(env.READ)))"


def test_variables_of_env_example_are_those_the_settings_read() -> None:
    assert sorted(_documented()) == _read_by_settings()


def test_each_variable_in_env_example_has_a_line_of_explanation_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()

    unexplained = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if re.match(r"#?[A-Z]", line) and not above.startswith("# ")
    ]

    assert unexplained == []


def test_defaults_in_env_example_are_accepted_by_the_settings() -> None:
    written = dict(line.removeprefix("#").split("=", 1) for line in _assignments())
    given = {**written, "SECRET_KEY": "x" * 32, "S3_BUCKET": ""}

    done = _run_settings(given)

    assert done.returncode == 0, done.stderr


def _documented() -> list[str]:
    return [line.removeprefix("#").partition("=")[0] for line in _assignments()]


def _assignments() -> list[str]:
    return [line for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"#?[A-Z][A-Z0-9_]*=", line)]


def _read_by_settings() -> list[str]:
    names: list[str] = json.loads(_run_settings({}).stdout)
    return names


def _run_settings(given: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    minimum = {"SECRET_KEY": "x" * 32, "DATABASE_URL": "postgresql:///x", "REDIS_URL": "redis://localhost/0"}
    environment = {"PATH": os.environ["PATH"], **minimum, **{name: value for name, value in given.items() if value}}
    return subprocess.run(
        [sys.executable, "-c", PRINT_READ], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
