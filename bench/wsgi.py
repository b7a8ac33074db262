"""The product's application, and under /bare beside it Django without any middleware."""

from collections.abc import Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from instagram.wsgi import application as product

with override_settings(MIDDLEWARE=[]):
    bare = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"].startswith("/bare/"):
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/bare")
        return bare(environ, start_response)
    return product(environ, start_response)
