"""`/healthz`: this process answers. `/readyz`: each part it needs, with its state."""

from django.core.files.storage import storages
from django.db import connection
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from core.valkey import valkey


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when reading works, 503 when the database is away; Valkey may be away without stopping anything."""
    parts = {"postgres": _postgres(), "valkey": _valkey(), "originals": _storage("originals")}
    ready = parts["postgres"] == "ok"
    return JsonResponse({"status": "ok" if ready else "unavailable", "parts": parts}, status=200 if ready else 503)


def _postgres() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return "away"
    return "ok"


def _valkey() -> str:
    try:
        valkey().ping()
    except (RedisError, OSError):
        return "away"
    return "ok"


def _storage(alias: str) -> str:
    try:
        storages[alias].exists("readyz")
    except Exception:  # noqa: BLE001  each backend raises its own
        return "away"
    return "ok"
