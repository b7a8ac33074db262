"""`bin/faults`: people upload while the site breaks, and nothing that was acknowledged may be missing in the end.

What it found is in docs/faults.md.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bin"))  # where `engines` is
