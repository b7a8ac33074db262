"""Clients made of docs/openapi.json on the fly, with the tools and the commands that docs/api.md names."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.live import lack

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "clients"
SCHEMA = ROOT / "docs" / "openapi.json"
PYTHON_OPTIONS = ROOT / "docs" / "openapi-python-client.yml"
NODE_MODULES = ROOT / "frontend" / "node_modules"
PYTHON_PACKAGE = "photos_client"
TYPESCRIPT_PROGRAM = ("entrance.ts", "life.ts")


@dataclass(frozen=True)
class Generated:
    """A client in `folder`: how the program of tests/clients that drives it is started, and what its tool said."""

    folder: Path
    command: list[str]
    said: str
    environment: dict[str, str] = field(default_factory=dict)


def generate_python(folder: Path) -> Generated:
    """A package in `folder`, which tests/clients/life.py uses. AssertionError for a warning of the generator."""
    options = ["--config", str(PYTHON_OPTIONS), "--meta", "none", "--fail-on-warning"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(SCHEMA), *options]
    said = run([*command, "--output-path", PYTHON_PACKAGE], folder)
    path = os.pathsep.join([str(folder), str(ROOT)])
    return Generated(folder, [sys.executable, "-m", "tests.clients.life"], said, {"PYTHONPATH": path})


def generate_typescript(folder: Path) -> Generated:
    """Types in `folder`, and tests/clients/life.ts compiled with them. AssertionError when it does not fit them."""
    if shutil.which("node") is None or not (NODE_MODULES / "openapi-typescript").is_dir():
        lack("openapi-typescript is not installed (Node, then cd frontend && npm ci)")
    (folder / "node_modules").symlink_to(NODE_MODULES)
    for name in (*TYPESCRIPT_PROGRAM, "tsconfig.json"):
        shutil.copy(HERE / name, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    said = run(["node_modules/.bin/openapi-typescript", str(SCHEMA), "--output", "schema.d.ts"], folder)
    run(["node_modules/.bin/tsc"], folder)
    return Generated(folder, ["node", str(folder / "compiled" / "life.js")], said)


def run(command: list[str], folder: Path) -> str:
    """What it prints. AssertionError, with that, when it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
