"""Chooses the command; makes `.venv` first and goes on inside it."""

import os
import shlex
import sys
from pathlib import Path

from engines import dev, suite
from engines.bootstrap import ensure_environment, ensure_semgrep
from engines.environment import base_environment, locate
from engines.errors import Refusal
from engines.lock import Lock
from engines.places import Places, repository_root
from engines.progress import Console

DEVELOPMENT = ("test", "bench", "faults", "fuzz", "environment")  # these need the development requirements too


def main(arguments: list[str]) -> int:
    """`dev | test | bench | faults | fuzz | manage | environment | semgrep`, and its arguments. Returns exit status."""
    console = Console()
    try:
        command, *rest = arguments or [""]
        places = locate(repository_root())
        if command == "dev":
            dev.parse(rest)  # a wrong option is said before anything is installed
        if command == "semgrep":
            return _semgrep(rest, ensure_semgrep(places, console))
        if Path(sys.prefix).resolve() != places.venv.resolve():
            ensure_environment(places, console, development=command in DEVELOPMENT)
            _go_on_inside(places, arguments)
        return _run(command, rest, places, console)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: str, rest: list[str], places: Places, console: Console) -> int:
    match command:
        case "dev":
            return dev.run(rest, places, console)
        case "test" | "bench" | "fuzz" | "faults":
            return suite.RUNS[command](rest, places, console)
        case "manage":
            return _manage(rest, places)
        case "environment":
            return 0
    raise Refusal(f"Unknown command {command!r}.")


def _go_on_inside(places: Places, arguments: list[str]) -> None:
    """Replaces this process by the same program under `.venv`'s Python."""
    sys.stdout.flush()
    os.execv(places.python, [str(places.python), "-I", str(Path(__file__).parent), *arguments])


def _semgrep(arguments: list[str], places: Places) -> int:
    """Replaces this process by semgrep, which keeps its own files in the state folder and asks nobody outside."""
    own = {"SEMGREP_SETTINGS_FILE": places.state / "semgrep.yml", "SEMGREP_LOG_FILE": places.logs / "semgrep.log"}
    environment = {**os.environ, **{name: str(path) for name, path in own.items()}}
    environment["PATH"] = f"{places.venv / 'bin'}:{environment.get('PATH', '')}"
    places.make()
    os.chdir(places.root)
    quiet = ["--metrics=off", "--disable-version-check", "--quiet", "--error"]
    program = places.venv / "bin" / "semgrep"
    os.execve(program, [str(program), "scan", *quiet, "--config", ".semgrep", *(arguments or ["."])], environment)


def _manage(arguments: list[str], places: Places) -> int:
    """Replaces this process by manage.py with the variables of the running bin/dev."""
    environment = {**base_environment(places), **_of_running_site(places)}
    environment.pop("INSTAGRAM_OWNER", None)
    os.chdir(places.root)
    os.execve(places.python, [str(places.python), str(places.root / "manage.py"), *arguments], environment)


def _of_running_site(places: Places) -> dict[str, str]:
    lock = Lock(places.state / "dev.lock")
    if not places.state.is_dir() or lock.take():
        lock.release()
        if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
            return {}
        raise Refusal("bin/manage needs the database of bin/dev: start bin/dev in another terminal first.")
    words = shlex.split((places.state / "environment").read_text())
    return dict(word.split("=", 1) for word in words if word != "export")
