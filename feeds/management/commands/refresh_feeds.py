from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from feeds.services.build import build_timeline
from feeds.services.refresh import active_people
from feeds.timeline import write_timeline


class Command(BaseCommand):
    help = "Build feeds now, without waiting for the hour: of everybody who has been here lately, or of one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", help="username of one person")

    def handle(self, *args: Any, **options: Any) -> None:
        people = active_people()
        if options["user"] is not None:
            people = User.objects.filter(username=options["user"].lower(), is_active=True)
            if not people.exists():
                raise CommandError(f"There is no active account named {options['user']!r}.")
        total = people.count()
        for number, person in enumerate(people.order_by("pk").iterator(chunk_size=500), 1):
            write_timeline(person.pk, build_timeline(person))
            if number % 100 == 0 or number == total:
                self.stdout.write(f"{number} of {total} feeds built")
