import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import AppError
from photos.services.copying import Progress, copy_storage, retire_storage

EVERY = 2.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = (
        "Copy what lies in one storage into another while the site runs. "
        "What breaks off goes on where it was when run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM")
        parser.add_argument("target", metavar="TO")
        parser.add_argument("--seconds", type=float, help="stop after this time")
        parser.add_argument(
            "--again", action="store_true", help="look for every original in TO, whatever the rows say: it was replaced"
        )
        parser.add_argument(
            "--retire",
            action="store_true",
            help="then delete the originals in FROM, which ORIGINAL_COPIES must not name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = options["source"], options["target"]
        self.said = time.monotonic()
        try:
            copied = copy_storage(source, target, seconds=options["seconds"], again=options["again"], tell=self._tell)
            self.stdout.write(copied.line())
            if not copied.is_complete:
                raise CommandError(f"{target} does not have everything yet. Run the same command again.")
            self.stdout.write(f"{target} now has everything that {source} has.")
            if options["retire"]:
                self._retire(source)
        except AppError as error:
            raise CommandError(error.detail) from error

    def _retire(self, source: str) -> None:
        gone = retire_storage(source, self._tell)
        self.stdout.write(f"{gone.done} originals are deleted in {source}, {gone.failed} stay.")
        if not gone.is_complete:
            raise CommandError(
                "What stays is not in every storage of ORIGINAL_COPIES. Run manage.py scrub --all first."
            )

    def _tell(self, progress: Progress) -> None:
        if time.monotonic() - self.said >= EVERY:
            self.said = time.monotonic()
            self.stderr.write(progress.line())
