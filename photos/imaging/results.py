"""A development as bytes, on its way out of a child process. Reading it trusts nothing: decoders get broken into."""

import json
from typing import Any

from photos.imaging.errors import UnreadableImage
from photos.imaging.likeness import BITS
from photos.imaging.render import Development, Rendered

MAX_BYTES = 64 * 1024 * 1024
CONTENT_TYPES = ("image/jpeg", "image/avif", "image/webp")

_LENGTH_BYTES = 4


class BrokenResult(Exception):
    """The bytes are not what a child that did its work writes."""


def pack(development: Development) -> bytes:
    head = {
        "width": development.width,
        "height": development.height,
        "blurhash": development.blurhash,
        "placeholder": development.placeholder,
        "likenesses": development.likenesses,
        "renditions": [
            [each.name, each.content_type, each.width, each.height, len(each.data)] for each in development.renditions
        ],
    }
    return _frame(head) + b"".join(each.data for each in development.renditions)


def pack_refusal(error: UnreadableImage) -> bytes:
    return _frame({"code": error.code, "detail": error.detail})


def pack_mistake(text: str) -> bytes:
    return _frame({"mistake": text})


def unpack(data: bytes) -> Development:
    """UnreadableImage when that is the result, RuntimeError for a mistake of ours in the child, BrokenResult."""
    try:
        end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES])
        head: dict[str, Any] = json.loads(data[_LENGTH_BYTES:end])
        if "code" in head:
            raise UnreadableImage(str(head["code"]), str(head["detail"]))
        if "mistake" in head:
            raise RuntimeError(str(head["mistake"]))
        return Development(
            int(head["width"]),
            int(head["height"]),
            tuple(_rendered(head["renditions"], data[end:])),
            str(head["blurhash"]),
            str(head["placeholder"]),
            tuple(int(each) % 2**BITS for each in head["likenesses"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenResult from error


def _frame(head: dict[str, Any]) -> bytes:
    text = json.dumps(head).encode()
    return len(text).to_bytes(_LENGTH_BYTES) + text


def _rendered(rows: list[list[Any]], data: bytes) -> list[Rendered]:
    """ValueError when the rows do not account for every byte."""
    rendered, at = [], 0
    for name, content_type, width, height, length in rows:
        if content_type not in CONTENT_TYPES or length < 1:
            raise ValueError(content_type)
        rendered.append(Rendered(str(name), content_type, int(width), int(height), data[at : at + length]))
        at += length
    if at != len(data) or not rendered:
        raise ValueError(at)
    return rendered
