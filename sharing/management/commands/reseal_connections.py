from typing import Any

from django.core.management.base import BaseCommand

from sharing.services.resealing import reseal_everything


class Command(BaseCommand):
    help = "Encrypt the secrets of connected networks with the SECRET_KEY of today, so that a former one can go."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = reseal_everything()
        self.stdout.write(f"{done} encrypted anew.")
        if lost:
            self.stdout.write(f"{lost} cannot be read with any key here; their people have to connect again.")
