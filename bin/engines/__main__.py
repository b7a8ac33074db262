"""Entry of bin/engines/run: `python3 -I bin/engines COMMAND [arguments]`."""

import sys
from pathlib import Path

if __package__ in (None, ""):  # started as a folder: make it a package, so that its modules find each other
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from engines.main import main

sys.exit(main(sys.argv[1:]))
