from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.crypto import salted_hmac

from accounts.models import User
from core.exceptions import Conflict
from photos.demo.content import PEOPLE
from photos.demo.load import load_demo

STAFF = "staff"


class Command(BaseCommand):
    help = "Fill the site with demo people and pictures drawn by our own code. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default="", help="for new demo accounts; one of this installation otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or f"demo-{salted_hmac('photos.demo', 'password').hexdigest()[:10]}"
        try:
            load_demo(password, self._report)
        except Conflict as error:
            raise CommandError(str(error)) from error
        if not User.objects.filter(username=STAFF).exists():
            User.objects.create_superuser(STAFF, "staff@demo.example.org", password)
        names = ", ".join(person.username for person in PEOPLE)
        self.stdout.write(f"People     {names}")
        self.stdout.write(f"Staff      {STAFF} (for /admin/)")
        same = User.objects.get(username=PEOPLE[0].username).check_password(password)
        self.stdout.write(f"Password   {password if same else 'as it was given the first time'}")

    def _report(self, line: str) -> None:
        """Progress goes to standard error; standard output has only the accounts."""
        self.stderr.write(line)
        self.stderr.flush()
