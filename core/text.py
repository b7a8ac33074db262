"""People's words as safe HTML: escaped first, then links for addresses, @names and #tags. Linear in the length."""

import re
import unicodedata
from html import escape
from urllib.parse import quote, urlsplit

from django.utils.safestring import SafeString, mark_safe

_URL = r"https?://[^\s<>\"'\x00-\x1f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,500}"
_NAME = r"(?<![\w/@.])@(?P<name>[A-Za-z0-9_][A-Za-z0-9._]{0,28}[A-Za-z0-9_])"
# Letters of many scripts carry marks of their own, which \w leaves out.
_MARKS = "".join(chr(code) for code in range(0x300, 0x1E94B) if unicodedata.category(chr(code)).startswith("M"))
WORD_SIGN = rf"[\w{re.escape(_MARKS)}]"
_TAG = rf"(?<![\w/&#])#(?P<tag>{WORD_SIGN}{{1,64}})"
_TOKEN = re.compile(rf"(?P<url>{_URL})|{_NAME}|{_TAG}")
_HASHTAG = re.compile(_TAG)
_MENTION = re.compile(_NAME)
_WHOLE_TAG = re.compile(rf"{WORD_SIGN}+")
_TRAILING = ".,;:!?)]}"
# What steers the line instead of standing in it: controls, overrides of direction, signs without width.
_STEERING = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2060-\u2069\u200b\ufeff\ufff9-\ufffb]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
_LOOSE_JOINER = re.compile(rf"(?<![^\x00-\u00ff\s{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![^\x00-\u00ff\s{_JOINERS}])")


def clean_line(text: str) -> str:
    """`text` as one trimmed line of words, without signs that only steer how a line is shown.

    Joiners stay between letters of scripts that need them, and in emoji. NUL stays: who keeps text refuses it.
    """
    return " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """The same for text that may have several lines; they end in a line feed each."""
    plain = _STEERING.sub("", _LINE_ENDS.sub("\n", text))
    return _LOOSE_JOINER.sub("", plain).strip()


def linkify(text: str) -> SafeString:
    """`text` as HTML with line breaks and links; nothing the person typed is taken as markup."""
    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(text):
        parts.append(escape(text[position : match.start()]))
        link, position = _link(match)
        parts.append(link)
    parts.append(escape(text[position:]))
    return mark_safe("".join(parts).replace("\r\n", "\n").replace("\n", "<br>"))  # noqa: S308  every part is escaped


def _link(match: re.Match[str]) -> tuple[str, int]:
    """The HTML of one token and the position behind it."""
    if match["url"]:
        url = match["url"].rstrip(_TRAILING)
        return _web_link(url), match.start() + len(url)
    if match["name"]:
        name = match["name"]
        return f'<a href="/@{escape(name.lower())}/">@{escape(name)}</a>', match.end()
    tag = match["tag"]
    return f'<a class="tag" href="/tags/{quote(fold_tag(tag))}/">#{escape(tag)}</a>', match.end()


def honest_address(url: str) -> str:
    """`url` with look-alike letters in its host in their ASCII form; "" for what no honest address needs, such as
    another site's name in front of an @.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii").lower()
        valid = bool(parts.hostname) and "@" not in host
    except ValueError:
        valid = False
    return url.replace(parts.netloc, host, 1) if valid else ""


def _web_link(url: str) -> str:
    """A link that says where it leads, if that is an honest address."""
    shown = honest_address(url)
    if not shown:
        return escape(url)
    label = shown.split("://", 1)[1]
    return f'<a href="{escape(shown)}" rel="nofollow noopener ugc">{escape(label)}</a>'


def hashtags(text: str) -> list[str]:
    """The #tags of `text` without the sign, in order, each once, folded by `fold_tag`."""
    return list(dict.fromkeys(fold_tag(tag) for tag in _HASHTAG.findall(text)))


def mentions(text: str) -> list[str]:
    """The usernames after @ in `text`, lower case, in order, each once."""
    return list(dict.fromkeys(name.lower() for name in _MENTION.findall(text)))


def is_tag(tag: str) -> bool:
    """Whether `tag` has nothing but letters with their marks, digits and underscores."""
    return bool(_WHOLE_TAG.fullmatch(tag))


def fold_tag(tag: str) -> str:
    """The one spelling of a tag: NFKC, case folded, without a leading #."""
    return unicodedata.normalize("NFKC", tag).strip().lstrip("#").casefold()
