"""Words made to fit: what networks count as the length of a text, and how a longer one is shortened."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from core.text import hashtags
from sharing.networks.base import Publication

Measure = Callable[[str], int]

BREAK = "\n\n"
ELLIPSIS = "…"
_ADDRESS = re.compile(r"https?://\S+")
_LOOSE_ADDRESS = re.compile(r"(?:https?://)?[^\s/@]+\.[^\s./]{2,}\S*")
_NAME = re.compile(r"(?<![\w/.])@(?=\w)")
_JOINER = "\u200d"
_WIDTHLESS = "\u200b"


def graphemes(text: str) -> list[str]:
    """What people see as single signs; never fewer than there are by UAX 29."""
    found: list[str] = []
    for sign in text:
        if found and _goes_on(found[-1], sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _goes_on(before: str, sign: str) -> bool:
    if unicodedata.category(sign) in ("Mn", "Me") or sign == _JOINER:
        return before not in ("\n", "\r")
    code, last = ord(sign), before[-1]
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:  # tones of skin, tags of flags
        return ord(before[0]) > 0x2190
    if 0x1F1E6 <= code <= 0x1F1FF:  # half a flag
        return len(before) == 1 and 0x1F1E6 <= ord(before) <= 0x1F1FF
    return last == _JOINER and ord(before[0]) > 0x2190 and code > 0x2190


def bluesky_length(text: str) -> int:
    """Of 300: signs as people see them, and ten bytes for each at most."""
    return max(len(graphemes(text)), -(-len(text.encode()) // 10))


def mastodon_length(text: str, address: int = 23) -> int:
    """Signs, an address as so many whatever its length."""
    addresses = _ADDRESS.findall(text)
    return len(text) - sum(len(each) for each in addresses) + address * len(addresses)


def x_length(text: str) -> int:
    """Of 280, as twitter-text 3 weighs it: 1 for the signs of most alphabets, 2 for others, 23 for an address."""
    weight, position = 0, 0
    text = unicodedata.normalize("NFC", text)
    for found in _LOOSE_ADDRESS.finditer(text):
        weight += _weight(text[position : found.start()]) + max(23, _weight(found[0]) if "://" not in found[0] else 23)
        position = found.end()
    return weight + _weight(text[position:])


def _weight(text: str) -> int:
    return sum(_weight_of(grapheme) for grapheme in graphemes(text))


def _weight_of(grapheme: str) -> int:
    if len(grapheme) > 1 and ord(grapheme[0]) >= 0x1F000:
        return 2
    return sum(1 if _is_light(ord(sign)) else 2 for sign in grapheme)


def _is_light(code: int) -> bool:
    return code <= 4351 or 8192 <= code <= 8205 or 8208 <= code <= 8223 or 8242 <= code <= 8247


def without_names(text: str) -> str:
    """The same to look at, but @names are those of nobody there: they mean people here."""
    return _NAME.sub(f"@{_WIDTHLESS}", text)


def tags_beside(post: Publication) -> list[str]:
    """The tags that the caption does not have in it already, with their sign."""
    said = set(hashtags(post.caption))
    return [f"#{tag}" for tag in post.tags if tag not in said]


def compose(post: Publication, most: int, measure: Measure) -> str:
    """Title, caption, tags and link in `most` at most. The link always stays; the caption gives way first, and tags
    where they would take more than a third.
    """
    tags = tags_beside(post)
    whole = _joined(post.heading, tags, post.link)
    if measure(whole) <= most:
        return whole
    while tags and measure(" ".join(tags)) > most // 3:
        tags.pop()
    ending = _joined("", tags, post.link)
    heading = shorten(post.heading, most - measure(BREAK + ending), measure)
    return _joined(heading, tags, post.link)


def _joined(heading: str, tags: Sequence[str], link: str) -> str:
    return BREAK.join(part for part in (heading, " ".join(tags), link) if part)


def shorten(text: str, most: int, measure: Measure) -> str:
    """`text`, or its beginning and an ellipsis, cut between words where one is near; "" where nothing fits."""
    if measure(text) <= most:
        return text
    signs = graphemes(text)
    low, high = 0, len(signs)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure("".join(signs[:middle]).rstrip() + ELLIPSIS) <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    kept = "".join(signs[:low])
    before, space, _ = kept.rstrip().rpartition(" ")
    if low < len(signs) and not signs[low].isspace() and space and len(before) > len(kept) // 2:
        kept = before
    return kept.rstrip() + ELLIPSIS if kept.strip() else ""
