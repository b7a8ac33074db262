"""What the dashboard tells of the queues and of what has failed in them."""

from core.dashboard import Plot, Tile, add_plots, add_tiles
from core.queues import queue_names
from core.samples import GIVEN_UP, keep_figures


def connect() -> None:
    keep_figures("queue_tasks", "outbox_tasks", "outbox_oldest_seconds")
    queues = [f"queue_tasks/{name}" for name in queue_names()]
    add_tiles(
        Tile("Tasks in the queues", queues, place=30),
        Tile("Oldest task without a queue", ["outbox_oldest_seconds"], place=35, unit="seconds", alarm=300),
    )
    add_plots(
        Plot(
            "Queues",
            "Tasks that wait for a worker, the most at once.",
            [(name, f"queue_tasks/{name}") for name in queue_names()],
            place=30,
        ),
        Plot(
            "Tasks given up",
            "Tasks that ended in an error, and mails and archives that were tried too often; the log says which.",
            [("Given up", GIVEN_UP)],
            place=60,
            bars=True,
        ),
    )
