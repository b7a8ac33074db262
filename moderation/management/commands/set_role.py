from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.roles import Role
from core.exceptions import AppError
from moderation.services.roles import set_role


class Command(BaseCommand):
    help = "Make somebody a moderator, an administrator, or a member again. Their sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"].removeprefix("@").lower()
        person = User.objects.filter(username=name).first()
        if person is None:
            raise CommandError(f"There is nobody with the name {name}.")
        try:
            set_role(None, person, options["role"])
        except AppError as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"@{name}: {options['role']}")
