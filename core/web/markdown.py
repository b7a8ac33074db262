"""Files of the repository as HTML. Markup in a text is shown, not followed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below one heading: its `name`, an `anchor` for links to it, and the text."""

    name: str
    anchor: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Links:
    """Where links to files lead that are pages of the site, and what words in code lead to, such as `GET /me`."""

    files: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)


NO_LINKS = Links()


def sections(text: str, links: Links = NO_LINKS, *, prefix: str = "") -> list[Section]:
    """What stands below each `## heading`, in order. Anchors begin with `prefix`."""
    _, *parts = _SECTION.split(text)
    named = zip(parts[::2], parts[1::2], strict=True)
    return [Section(name.strip(), prefix + anchor_of(name), to_html(body, links)) for name, body in named]


def anchor_of(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def to_html(text: str, links: Links = NO_LINKS) -> SafeString:
    """All of a text. Links to files that are no pages lose their link; their words stay."""
    markdown = _markdown()
    return _vouched(markdown, _prepared(markdown.parse(text), links))


def line_to_html(text: str) -> SafeString:
    """One line, without a paragraph around it."""
    markdown = _markdown()
    return _vouched(markdown, _prepared(markdown.parseInline(text), NO_LINKS)[0].children or [])


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _vouched(markdown: MarkdownIt, tokens: Sequence[Token]) -> SafeString:
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return mark_safe(html)  # noqa: S308  raw HTML is off


def _prepared(tokens: list[Token], links: Links) -> list[Token]:
    for token in tokens:
        token.children = list(_with_good_links(token.children or [], links)) or None
    return tokens


def _with_good_links(tokens: Sequence[Token], links: Links) -> Iterator[Token]:
    leads, inside = True, False
    for token in tokens:
        if token.type == "link_open":
            href = links.files.get(str(token.attrs["href"]), str(token.attrs["href"]))
            token.attrs["href"] = href
            leads = href.startswith(("https://", "http://", "/", "#"))
        if token.type.startswith("link_"):
            inside = token.type == "link_open"
        elif token.type == "code_inline" and token.content in links.code and not inside:
            token.type = "html_inline"
            token.content = format_html('<a href="{}"><code>{}</code></a>', links.code[token.content], token.content)
        if leads or not token.type.startswith("link_"):
            yield token
