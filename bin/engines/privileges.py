"""Postgres refuses to run as root. Ways to run it all the same, without a new user on the machine."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engines.errors import Refusal

MAPPED = 1000  # who root becomes inside the user namespace
NOBODY = 65534


@dataclass(frozen=True)
class Disguise:
    """`prefix` goes before a Postgres command; files of the data folder must belong to `owner`."""

    prefix: tuple[str, ...]
    owner: int

    def adopt(self, folder: Path) -> None:
        """Gives `folder` and all below to `owner`: a data folder may come from the other disguise."""
        if os.geteuid() != 0 or not folder.exists() or folder.stat().st_uid == self.owner:
            return
        for parent, _, files in os.walk(folder):
            for path in (parent, *(os.path.join(parent, file) for file in files)):
                os.chown(path, self.owner, -1, follow_symlinks=False)


@cache
def disguise() -> Disguise:
    """For an ordinary user nothing. For root a user namespace, or, where those are forbidden, another user id."""
    if os.geteuid() != 0:
        return Disguise((), os.geteuid())
    for candidate in (_namespace(), _other_user()):
        if candidate is not None and _works(candidate):
            return candidate
    raise Refusal(
        "Postgres does not run as root, and this system lets root neither open a user namespace "
        "nor change its user id.\n"
        "Start bin/dev as an ordinary user, or set DATABASE_URL to a Postgres that runs elsewhere."
    )


def _works(candidate: Disguise) -> bool:
    return subprocess.run([*candidate.prefix, "true"], check=False, capture_output=True).returncode == 0


def _namespace() -> Disguise | None:
    unshare = shutil.which("unshare")
    return Disguise((unshare, "--user", f"--map-user={MAPPED}", f"--map-group={MAPPED}"), 0) if unshare else None


def _other_user() -> Disguise | None:
    """Another user id that may still walk through folders closed to others (the clone may lie in /root)."""
    setpriv = shutil.which("setpriv")
    if not setpriv:
        return None
    keep = "+dac_override,+dac_read_search"
    identity = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    # no_setuid_fixup: otherwise access(2), by which initdb looks for its programs, forgets what is kept
    rights = (f"--inh-caps={keep}", f"--ambient-caps={keep}", "--securebits=+no_setuid_fixup")
    return Disguise((setpriv, *identity, *rights), NOBODY)
