"""Measurements, one module and one table each: `bin/bench NAME`. What they found is in docs/benchmarks.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))  # where `engines` is
