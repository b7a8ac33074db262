"""`/docs/changelog/`: CHANGELOG.md as a page of the site."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """One version: its `name`, an `anchor` for links to it, and what changed."""

    name: str
    anchor: str
    html: SafeString


@require_safe
def changelog(request: HttpRequest) -> HttpResponse:
    return render(request, "core/changelog.html", {"sections": _sections_of_file()})


@cache
def _sections_of_file() -> list[Section]:
    """The file comes with the version that runs: it is read once by each process."""
    return sections((settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"))


def sections(text: str) -> list[Section]:
    """What stands below each `## heading`, in order. Markup in the text is shown, not followed."""
    _, *parts = _SECTION.split(text)
    named = zip(parts[::2], parts[1::2], strict=True)
    return [Section(name.strip(), _anchor(name), _html(body)) for name, body in named]


def _anchor(name: str) -> str:
    return "v-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _html(text: str) -> SafeString:
    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    tokens = markdown.parse(text)
    for token in tokens:
        token.children = list(_with_links_that_lead_somewhere(token.children or [])) or None
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return mark_safe(html)  # noqa: S308  raw HTML is off


def _with_links_that_lead_somewhere(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without links to other files of the repository, which are no pages: only their words stay."""
    leads = True
    for token in tokens:
        if token.type == "link_open":
            leads = str(token.attrs["href"]).startswith("https://")
        if leads or not token.type.startswith("link_"):
            yield token
