import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from photos.services.scrubbing import Scope, progress, scrub

EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = (
        "Read stored originals again, the longest unread first; mend what is missing or has other bytes. "
        "Ends with status 1 when an original has no right copy left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seconds", type=float, help="stop after this time (SCRUB_SECONDS without)")
        parser.add_argument("--all", action="store_true", help="read every copy once, however long that takes")
        parser.add_argument("--storage", default="", help="only copies in this storage")
        parser.add_argument("--media", type=int, help="only copies of the media with this id")

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = settings.SCRUB_SECONDS if options["seconds"] is None else options["seconds"]
        if options["storage"] and options["storage"] not in settings.STORAGES:
            raise CommandError(f"There is no storage {options['storage']}.")
        unbounded = options["all"] or options["media"] is not None
        scope = Scope(None if unbounded else seconds, options["storage"], options["media"])
        self.wordy, self.read, self.said = options["verbosity"] > 1, 0, time.monotonic()
        try:
            run = scrub(scope, self._tell)
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. The next run goes on with what was not read.", returncode=130) from stop
        self.stdout.write(progress(run))
        for alias in run.report["unreadable"]:
            self.stdout.write(f"{alias} cannot be read; its copies were left alone.")
        if run.report["lost"]:
            raise CommandError(f"No right copy is left of: {', '.join(run.report['lost'])}")

    def _tell(self, line: str) -> None:
        """What is wrong at once; of what is right, now and then how much there was."""
        is_right = line.endswith(": right")
        self.read += is_right
        if self.wordy or not is_right:
            self.stderr.write(line)
        elif time.monotonic() - self.said >= EVERY:
            self.said = time.monotonic()
            self.stderr.write(f"{self.read} copies are right so far")
