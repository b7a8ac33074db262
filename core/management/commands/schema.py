import json
from typing import Any

from django.core.management.base import BaseCommand

from core.api.schema import make_schema


class Command(BaseCommand):
    help = "Print the schema of the REST API (OpenAPI 3.1), as docs/openapi.json has it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(make_schema(), indent=2, sort_keys=True, ensure_ascii=False))
