import json
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import Conflict
from photos.services.reconciling import ORPHAN_DAYS, Plan, reconcile


class Command(BaseCommand):
    help = (
        "Compare storages with the database both ways: objects that no row names, and rows whose object has gone. "
        "Only looks, unless --delete is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--dry-run", action="store_true", help="only look (as without any option)")
        group.add_argument("--delete", action="store_true", help="delete objects without a row, mend what is missing")
        parser.add_argument(
            "--older-than", type=float, metavar="HOURS", help=f"age of what is deleted, {ORPHAN_DAYS * 24} without"
        )
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write all findings there, too")

    def handle(self, *args: Any, **options: Any) -> None:
        hours = ORPHAN_DAYS * 24 if options["older_than"] is None else options["older_than"]
        plan = Plan(act=options["delete"], older_than=timedelta(hours=hours), careful=False)
        try:
            run = reconcile(plan, self.stdout.write)
        except Conflict as error:
            raise CommandError(error.detail) from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped before every storage was compared.", returncode=130) from stop
        if options["report"]:
            options["report"].write_text(json.dumps(run.report, indent=2) + "\n", encoding="utf-8")
        if run.problems and not options["delete"]:
            self.stdout.write(
                "Nothing was changed. With --delete what no row names goes, and what is missing is mended."
            )
