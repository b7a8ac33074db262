"""One run of Schemathesis as one caller."""

import json
import subprocess
import sys
from pathlib import Path
from string import Template

from engines.temporary import TemporarySite
from tests.fuzz.callers import Caller

CONFIG = Path(__file__).with_name("schemathesis.toml")
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.fuzz.settings"}  # of the site


def run_schemathesis(site: TemporarySite, caller: Caller, *options: str) -> "subprocess.CompletedProcess[str]":
    """What it printed, and as return code 0 when every answer was as the schema says."""
    values = {name: json.dumps(value) for name, value in {"origin": site.origin, **caller.things}.items()}
    config = site.places.state / f"schemathesis-{caller.name}.toml"
    config.write_text(Template(CONFIG.read_text()).substitute(values))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    schema = f"{site.origin}/rest/v1/schema"
    told = ["--header", f"Authorization: Bearer {caller.token}"] if caller.token else []
    usual = ["--checks", "all", "--no-color", "--generation-database", "none"]
    return subprocess.run([*command, schema, *told, *usual, *options], capture_output=True, text=True, check=False)
