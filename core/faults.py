"""Named points at which the fault tests break a process: raise, delay or SIGKILL. Nothing happens anywhere else.

The points exist only while FAULT_POINTS names a folder, which settings refuse for a site that people reach over https.
A file in that folder, named like the point, holds what shall happen once: {"how": "raise" | "delay" | "kill",
"seconds": 30}. Whoever passes the point first takes the file away and obeys it.
"""

import json
import logging
import os
import signal
import time
from pathlib import Path

FOLDER = os.environ.get("FAULT_POINTS", "")

POINTS = {
    "P1": "first chunk of an upload",
    "P2": "chunk in the middle of an upload",
    "P3": "last chunk, before it is verified",
    "P4": "original stored, before the commit",
    "P5": "upload committed, before the task is queued",
    "P6": "task queued, before the answer",
    "P7": "worker took the job",
    "P8": "decoding",
    "P9": "between two renditions",
    "P10": "renditions stored, before the commit",
    "P11": "renditions committed, before the task is acknowledged",
    "P12": "publishing",
    "P13": "deleting",
    "P14": "rendering a changed recipe",
    "X1": "part of an archive begun, its row stands",
    "X2": "part of an archive stored, before it is counted in",
    "X3": "part of an archive counted in, before the task is acknowledged",
}

logger = logging.getLogger(__name__)


class InjectedFault(RuntimeError):
    """What a point raises when it is told to."""


def fault(point: str) -> None:
    """Do at `point` what the fault tests ordered, if they did."""
    if not FOLDER:
        return
    order = Path(FOLDER) / point
    taken = order.with_name(f"{point}.taken.{os.getpid()}.{time.monotonic_ns()}")
    try:
        order.rename(taken)
    except OSError:
        return
    what = json.loads(taken.read_text(encoding="utf-8"))
    logger.warning("fault point", extra={"point": point, "how": what["how"]})
    if what["how"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what["how"] == "delay":
        time.sleep(float(what.get("seconds", 30)))
    else:
        raise InjectedFault(f"ordered at {point}, {POINTS[point]}")
