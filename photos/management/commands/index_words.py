from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from photos.services.wording import catch_up
from photos.spelling import use_trigrams


class Command(BaseCommand):
    help = "Lets searching find posts that it does not know yet; with --all makes what it knows of every post anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="every post, not only those that are behind")

    def handle(self, *args: Any, **options: Any) -> None:
        use_trigrams()
        self.stdout.write(f"{catch_up(everything=options['all'])} posts.")
