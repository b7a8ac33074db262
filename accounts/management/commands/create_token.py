from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import AccessToken, User
from accounts.services.tokens import create_token
from core.exceptions import InvalidInput


class Command(BaseCommand):
    help = "Make a personal access token for the REST API and print it. It is shown this once only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--scope", action="append", choices=AccessToken.Scope.values, help="repeat for several; default: read"
        )
        parser.add_argument("--name", default="", help="what the token is for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account named {options['username']!r}.")
        try:
            _, text = create_token(user, scopes=options["scope"] or ["read"], name=options["name"])
        except InvalidInput as error:
            raise CommandError(error.detail) from error
        self.stdout.write(text)
