"""How Schemathesis is started as one caller."""

import json
import sys
from pathlib import Path
from string import Template

from engines.temporary import TemporarySite
from tests.fuzz.callers import Caller

CONFIG = Path(__file__).with_name("schemathesis.toml")
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.fuzz.settings"}  # of the site


def schemathesis_command(site: TemporarySite, caller: Caller, *options: str) -> list[str]:
    """The program and its arguments. It ends with 0 when every answer was as the schema says."""
    values = {name: json.dumps(value) for name, value in {"origin": site.origin, **caller.things}.items()}
    config = site.places.state / f"schemathesis-{caller.name}.toml"
    config.write_text(Template(CONFIG.read_text()).substitute(values))
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)]
    token = ["--header", f"Authorization: Bearer {caller.token}"] if caller.token else []
    usual = ["--checks", "all", "--no-color", "--generation-database", "none"]
    return [*program, "run", f"{site.origin}/rest/v1/schema", *token, *usual, *options]
