from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import User
from accounts.services.invitations import make_invitation
from core.exceptions import InvalidInput


class Command(BaseCommand):
    help = "Make an invitation in the name of somebody and print its address. It is shown this once only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="who invites")
        parser.add_argument("--places", type=int, default=1, help="how many people may use it; default: 1")
        parser.add_argument("--days", type=int, default=14, help="how long it is good; default: 14")
        parser.add_argument("--note", default="", help="whom it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account named {options['username']!r}.")
        try:
            _, code = make_invitation(
                user, note=options["note"], places=options["places"], days=options["days"], anybody=True
            )
        except InvalidInput as error:
            raise CommandError(" ".join(each.message for each in error.errors)) from error
        self.stdout.write(f"{settings.ORIGIN}{reverse('accounts:signup')}?{urlencode({'invitation': code})}")
