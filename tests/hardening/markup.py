"""What a browser would make of a page: its words, what would run or load, and what stands in its fields."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Elements and attributes of ours that text could imitate.
FORBIDDEN = {"iframe", "base", "object", "embed", "style", "math", "animate", "mglyph", "marquee"}
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data"}
UNREAD = {"script", "style", "template"}
_SCRIPT = re.compile(r"[\s\x00-\x20]*(javascript|vbscript|data:text)")


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Reads a page as a browser would. `found` is what would run or load that nobody of us has written."""

    def __init__(self, *, mail: bool = False) -> None:
        """A mail has a style of its own."""
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.title = self.words = ""
        self.metas: dict[str, str] = {}
        self.forms = [Form("")]
        self._forbidden = FORBIDDEN - {"style"} if mail else FORBIDDEN
        self._inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.words += "\n" if tag == "br" else ""
        if tag in self._forbidden:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            if _is_harmful(tag, name, value or ""):
                self.found.append(f"{tag} {name}={value}")
        self._note(tag, {name: value or "" for name, value in attributes})

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1":
            self.title += data
        if self._inside == "textarea" and self.forms[-1].fields:
            self.forms[-1].fields[list(self.forms[-1].fields)[-1]] += data
        if self._inside not in UNREAD:
            self.words += data

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "meta":
            self.metas[attributes.get("property") or attributes.get("name", "")] = attributes.get("content", "")
        if tag == "form":
            self.forms.append(Form(attributes.get("action", "")))
        if tag in ("input", "textarea", "select", "button") and attributes.get("name"):
            self.forms[-1].fields.setdefault(attributes["name"], attributes.get("value", ""))


def read(html: str, *, mail: bool = False) -> Reader:
    reader = Reader(mail=mail)
    reader.feed(html)
    reader.close()
    return reader


def one_line(text: str) -> str:
    """As a reader sees text of which white space is folded."""
    return " ".join(text.split())


def _is_harmful(tag: str, name: str, value: str) -> bool:
    address = value.strip().lower()
    if name.startswith("on") or name in ("style", "srcdoc"):
        return True
    is_link = tag == "a" and address.startswith(("http://", "https://"))
    is_foreign = "evil.example.org" in address.split("?")[0] and not is_link
    return name in ADDRESSES and bool(is_foreign or _SCRIPT.match(address))
