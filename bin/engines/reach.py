"""Whether the engines that the person named can be reached, asked before anything is started on them."""

import subprocess

from engines.environment import env_readers
from engines.errors import Refusal
from engines.places import Places
from engines.processes import Environment

PROBE = """
import os, sys
try:
    {ask}
except Exception as error:
    sys.exit(" ".join(str(error).split()))
"""
PROBES = {
    "DATABASE_URL": "import psycopg; psycopg.connect(os.environ['DATABASE_URL'], connect_timeout=5).close()",
    "REDIS_URL": "import redis; redis.Redis.from_url(os.environ['REDIS_URL'], socket_connect_timeout=5).ping()",
}


def check_reachable(name: str, places: Places, environment: Environment) -> None:
    """Refusal that names the variable when its value is wrong, or when nobody answers at its address, or not to us."""
    readers = env_readers(places.root)
    try:
        readers.database(name) if name == "DATABASE_URL" else readers.redis(name)
    except SystemExit as wrong:
        raise Refusal(str(wrong)) from wrong
    if not environment.get(name):
        return  # it stands in a file, which the site reads itself
    program = PROBE.format(ask=PROBES[name])
    asked = subprocess.run(
        [places.python, "-c", program], env=dict(environment), capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        raise Refusal(f"{name}: nothing can be reached there: {asked.stderr.strip()} (see .env.example)")
