"""`/sw.js`: what a browser runs to be told while no page is open. It stands at the root: it is for all addresses."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Browsers ask again each time, so that a new version is there at once."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _script() -> bytes:
    return bytes((settings.BASE_DIR / "static" / "js" / "sw.js").read_bytes())
