"""`make fuzz`: `python -m tests.fuzz [anonymous | member | narrow | staff ...] [options of Schemathesis]`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from engines.site import Server
from engines.temporary import temporary_site
from tests.fuzz.callers import CALLERS, make_callers
from tests.fuzz.runs import SETTINGS, schemathesis_command


def main(arguments: list[str]) -> int:
    """Exit status: 0 when nothing was found."""
    named = [name for name in arguments if name in CALLERS]
    options = [word for word in arguments if word not in CALLERS]
    found = []
    with (
        tempfile.TemporaryDirectory(prefix="fuzz-") as state,
        temporary_site(Path(state), name="fuzz", valkey_database=0, server=Server(2), given=SETTINGS) as site,
    ):
        callers = make_callers(site)
        for name in named or CALLERS:
            print(f"\n--- {name} ---", flush=True)
            done = subprocess.run(schemathesis_command(site, callers[name], *options), check=False)
            found += [name] * (done.returncode != 0)
    print(f"Something was found as: {', '.join(found)}" if found else "Nothing was found.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
