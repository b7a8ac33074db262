"""`/docs/changelog/`: CHANGELOG.md as a page of the site."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web.markdown import Section, sections


@require_safe
def changelog(request: HttpRequest) -> HttpResponse:
    return render(request, "core/changelog.html", {"sections": _sections_of_file()})


@cache
def _sections_of_file() -> list[Section]:
    """The file comes with the version that runs: it is read once by each process."""
    return sections((settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), prefix="v-")
