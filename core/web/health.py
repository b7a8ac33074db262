"""`/healthz`: this process answers. `/readyz`: each part it needs, with its state."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from core.valkey import valkey

PATIENCE = 1.5  # seconds for all storages together
SHOWN = "renditions"

_askers = ThreadPoolExecutor(8, thread_name_prefix="readyz")
_asked: dict[str, Future[str]] = {}
_lock = Lock()


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers; other parts may be away. A pool for uploads needs the quorum of storages, too."""
    stores = _storages([*settings.ORIGINAL_COPIES, SHOWN])
    parts = {"postgres": _postgres(), "valkey": _valkey(), **stores}
    there = [alias for alias in settings.ORIGINAL_COPIES if stores[alias] == "ok"]
    enough = settings.ROLE != "upload" or len(there) >= settings.ORIGINAL_QUORUM
    ready = parts["postgres"] == "ok" and enough
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


def _storages(aliases: list[str]) -> dict[str, str]:
    """State by alias; whoever has not answered within PATIENCE is away."""
    answers = {alias: _ask(alias) for alias in aliases}
    wait(answers.values(), timeout=PATIENCE)
    return {alias: answer.result() if answer.done() else "away" for alias, answer in answers.items()}


def _ask(alias: str) -> Future[str]:
    """One question at a time to each storage, however often somebody wants to know."""
    with _lock:
        asked = _asked.get(alias)
        if asked is None or asked.done():
            asked = _asked[alias] = _askers.submit(_storage, alias)
        return asked


def _storage(alias: str) -> str:
    try:
        storages[alias].exists("readyz")
    except Exception:  # noqa: BLE001  each backend raises its own
        return "away"
    return "ok"
