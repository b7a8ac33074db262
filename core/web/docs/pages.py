"""`/docs/api/` and what belongs to it: the guides of docs/, and each call as the schema has it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.api.schema import PREFIX, make_schema
from core.exceptions import NotFound
from core.web.docs.reference import ERRORS, EXAMPLE_ORIGIN, OBJECTS, ROOT, Reference
from core.web.markdown import Links, Section, sections, to_html

GUIDES = {"uploads": "Sending files", "recipes": "Recipes", "receipts": "Receipts", "limits": "Limits"}
SCHEMA = f"{PREFIX}schema"
FILES = {f"{name}.md": f"/docs/{name}/" for name in GUIDES} | {"api.md": ROOT, "openapi.json": SCHEMA}


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    description: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents; `below` are title and address of what stands on that page."""

    title: str
    url: str
    below: list[tuple[str, str]]


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """One of the pages below /docs/api/. NotFound for a name that is none."""
    return render(request, "core/docs/page.html", {"page": _page(name)})


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """One of GUIDES. NotFound for another name."""
    if name not in GUIDES:
        raise NotFound
    return render(request, "core/docs/page.html", {"page": _guide(name)})


# --- Made when they are asked for first; they stay the same as long as the process lives.


@cache
def reference() -> Reference:
    return Reference(make_schema())


@cache
def _page(name: str) -> Page:
    if not name:
        return _start()
    if name == "objects":
        return _filled("Objects", "What answers and bodies are made of.", "objects", OBJECTS, reference=reference())
    if name == "errors":
        return _filled("Errors", "Every error, with an example.", "errors", ERRORS, problems=reference().problems)
    chapter = next((each for each in reference().chapters if each.slug == name), None)
    if chapter is None:
        raise NotFound
    words = f"{chapter.name}: {len(chapter.operations)} calls of the REST API."
    return _filled(chapter.name, words, "chapter", chapter.url, chapter=chapter)


@cache
def _start() -> Page:
    text = _text_of("api")
    about = to_html(text.partition("\n## ")[0].partition("\n")[2], _links())
    words = "A quick start with curl and Python, and every call with its parameters, answers and examples."
    return _filled(
        "REST API",
        words,
        "start",
        ROOT,
        chapters=reference().chapters,
        about=about,
        sections=_sections("api"),
        schema_url=SCHEMA,
    )


@cache
def _guide(name: str) -> Page:
    about = to_html(_text_of(name).partition("\n## ")[0].partition("\n")[2], _links())
    words = f"{GUIDES[name]} by the REST API."
    return _filled(GUIDES[name], words, "guide", f"/docs/{name}/", about=about, sections=_sections(name))


def _filled(title: str, description: str, template: str, url: str, **context: Any) -> Page:
    contents = {"groups": _contents(), "here": url}
    html = render_to_string(f"core/docs/_{template}.html", {"title": title, **contents, **context})
    return Page(title, description, html)


@cache
def _contents() -> list[tuple[str, list[Entry]]]:
    """Headings of the table of contents, and what stands below each."""
    known = reference()
    calls = [
        Entry(each.name, each.url, [(call.summary, f"#{call.anchor}") for call in each.operations])
        for each in known.chapters
    ]
    shapes = [(each.name, f"#{each.name}") for each in known.shapes]
    objects = Entry("Objects", OBJECTS, [*shapes, ("Headers", "#headers")])
    errors = Entry("Errors", ERRORS, [(f"{each.status} {each.title}", f"#e{each.status}") for each in known.problems])
    guides = [Entry(title, f"/docs/{name}/", _headings(name)) for name, title in GUIDES.items()]
    programs = [Entry("Schema, OpenAPI 3.1", SCHEMA, []), Entry("What is new", "/docs/changelog/", [])]
    start = Entry("Start", ROOT, _headings("api"))
    return [("", [start]), ("Calls", calls), ("Reference", [objects, errors]), ("More", [*guides, *programs])]


def _headings(name: str) -> list[tuple[str, str]]:
    return [(section.name, f"#{section.anchor}") for section in _sections(name)]


@cache
def _sections(name: str) -> list[Section]:
    return sections(_text_of(name), _links())


def _text_of(name: str) -> str:
    """A file of docs/, with this site's address in it."""
    text = (settings.BASE_DIR / "docs" / f"{name}.md").read_text(encoding="utf-8")
    return text.replace(EXAMPLE_ORIGIN, settings.ORIGIN)


@cache
def _links() -> Links:
    return Links(files=FILES, code=reference().links_of_calls())
