"""The environment variables that the site's processes get."""

import importlib.util
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from engines.errors import Refusal
from engines.places import Places
from engines.processes import OWNER

NOT_PASSED_ON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP")


def env_readers(root: Path) -> ModuleType:
    """instagram/env.py by its path: importing its package would import Celery, which is not installed at first."""
    spec = importlib.util.spec_from_file_location("instagram_env", root / "instagram" / "env.py")
    if spec is None or spec.loader is None:
        raise Refusal("instagram/env.py is missing from this clone.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locate(root: Path) -> Places:
    """Reads `.env` into the environment of this process and finds the state folder (STATE_DIR, else var/)."""
    readers = env_readers(root)
    readers.load_dotenv(root / ".env")
    return Places(root=root, state=Path(readers.folder("STATE_DIR", root / "var")).resolve())


def is_given(name: str) -> bool:
    """Whether the person set this variable, or its NAME_FILE, to something."""
    return any(os.environ.get(variant, "").strip() for variant in (name, f"{name}_FILE"))


def base_environment(places: Places) -> dict[str, str]:
    """What every process gets: the person's own variables, a mark of whom it works for, the state folder, a secret."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    environment.update(
        {
            OWNER: str(places.state),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "instagram.settings",
            "STATE_DIR": str(places.state),
        }
    )
    if not is_given("SECRET_KEY"):
        environment["SECRET_KEY"] = _secret_key(places.state / "secret_key")
    return environment


def site_environment(base: dict[str, str], *, port: int, debug: bool) -> dict[str, str]:
    """`base` plus what people can choose otherwise in the environment or `.env`."""
    environment = dict(base)
    if not is_given("ORIGIN"):
        environment["ORIGIN"] = f"http://localhost:{port}"
        if not is_given("ALLOWED_HOSTS"):
            environment["ALLOWED_HOSTS"] = "localhost,127.0.0.1"
    if not is_given("STYLEGUIDE"):
        environment["STYLEGUIDE"] = "true"
    if debug:
        environment["DEBUG"] = "true"
    return environment


def suite_environment(root: Path, given: dict[str, str]) -> dict[str, str]:
    """The person's environment without any setting of the site, so that no `.env` reaches a test; plus `given`."""
    ours = set(_names(root / ".env.example")) | set(_names(root / ".env"))
    dropped = {*ours, *(f"{name}_FILE" for name in ours), OWNER, *NOT_PASSED_ON}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**environment, **dict.fromkeys(_names(root / ".env"), ""), **given}


def _names(file: Path) -> Iterable[str]:
    if not file.is_file():
        return []
    lines = (
        line.strip().lstrip("# ").removeprefix("export ") for line in file.read_text(encoding="utf-8").splitlines()
    )
    names = (line.partition("=")[0].strip() for line in lines if "=" in line)
    return [name for name in names if name.isidentifier() and name.isupper()]


def _secret_key(file: Path) -> str:
    """Made once per clone. Changing it signs everybody out."""
    if not file.exists():
        unfinished = file.with_suffix(".new")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as secret:
            secret.write(secrets.token_urlsafe(48))
        unfinished.rename(file)
    return file.read_text().strip()
