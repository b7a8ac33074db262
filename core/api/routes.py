from typing import Any

from django.urls import URLPattern, path

import core.converters  # noqa: F401  registers the converters that routes use


def both(route: str, view: Any, name: str | None = None) -> list[URLPattern]:
    """The address with and without a trailing slash: the same answer, no redirect."""
    return [path(route, view, name=name), path(f"{route}/", view)]
