from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.push.vapid import new_private_key


class Command(BaseCommand):
    help = "Prints a new key for web push, as lines for .env. With another key every browser has to ask anew."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
        self.stdout.write(f"VAPID_SUBJECT={settings.VAPID_SUBJECT}")
