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
            self._finish(copied, retire=options["retire"])
        except AppError as error:
            raise CommandError(error.detail) from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. The same command goes on where it was.", returncode=130) from stop

    def _finish(self, copied: Progress, *, retire: bool) -> None:
        """Lost originals keep nothing else from being done, but the command ends badly."""
        wrong, lost = [], set(copied.lost)
        if copied.is_complete:
            rest = ", except what is lost" if lost else ""
            self.stdout.write(f"{copied.target} now has everything that {copied.source} has{rest}.")
        else:
            wrong.append(f"{copied.target} does not have everything yet. Run the same command again.")
        if retire and copied.is_complete:
            gone = retire_storage(copied.source, self._tell)
            lost.update(gone.lost)
            stay = gone.failed + len(gone.lost)
            self.stdout.write(f"{gone.done} originals are deleted in {copied.source}, {stay} stay.")
            if not gone.is_complete:
                wrong.append("What stays is not in every storage of ORIGINAL_COPIES. Run manage.py scrub --all first.")
        if lost:
            wrong.append(_lost_words(lost))
        if wrong:
            raise CommandError("\n".join(wrong))

    def _tell(self, progress: Progress) -> None:
        if time.monotonic() - self.said >= EVERY:
            self.said = time.monotonic()
            self.stderr.write(progress.line())


def _lost_words(lost: set[int]) -> str:
    how_many = "1 original is lost: id" if len(lost) == 1 else f"{len(lost)} originals are lost: ids"
    return f"{how_many} {', '.join(map(str, sorted(lost)))}. What there is stays where it is."
