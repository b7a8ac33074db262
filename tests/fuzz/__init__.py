"""`bin/fuzz`: Schemathesis asks a running site what nobody thought of, as each of four callers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin"))  # where `engines` is
