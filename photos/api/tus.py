"""The headers of the tus protocol, version 1.0.0, as values; what is wrong with one is an error of ours."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from core.api.calls import Bytes, Parameter
from core.exceptions import Malformed, PreconditionFailed
from photos.services.resumable import Described

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha256", "sha1")
BODY_TYPE = "application/offset+octet-stream"
METADATA_LENGTH = 8192

# The words of the protocol, for the schema.
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
RESUMABLE = Parameter(
    "Tus-Resumable",
    "The version you speak.",
    {"type": "string", "enum": [VERSION]},
    where="header",
    required=True,
    example=VERSION,
)
LENGTH = Parameter(
    "Upload-Length",
    "Bytes of the whole file.",
    {**_NUMBER, "minimum": 1},
    where="header",
    required=True,
    example=2481733,
)
OFFSET = Parameter("Upload-Offset", "Where these bytes begin.", _NUMBER, where="header", required=True, example=1048576)
METADATA = Parameter(
    "Upload-Metadata",
    "`alt_text` and `sha256` of the whole file, each with its value in base64.",
    {"type": "string", "maxLength": METADATA_LENGTH},
    where="header",
    example="alt_text QSBraWxu",
)
CHECKSUM = Parameter(
    "Upload-Checksum",
    f"What these bytes add up to, by {' or '.join(ALGORITHMS)}, in base64.",
    {"type": "string", "pattern": r"^sha(1 [A-Za-z0-9+/]{27}|256 [A-Za-z0-9+/]{43})=$"},
    where="header",
    example="sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
)
BODY = Bytes((BODY_TYPE,))
STANDING = {
    "Tus-Resumable": "The version spoken here.",
    "Upload-Offset": "How many bytes are kept.",
    "Upload-Expires": "When it is forgotten, unless more bytes come.",
    "Upload-Media-Id": "The media that it became.",
}
ABILITIES = {
    "Tus-Version": "The version spoken here.",
    "Tus-Extension": "The extensions of it.",
    "Tus-Max-Size": "How many bytes a file may have.",
    "Tus-Checksum-Algorithm": "What `Upload-Checksum` may name.",
}
# What an upload that goes on, or ends, may meet.
TROUBLE = (409, 410, 411, 412, 413, 415, 422, 460)

_SHA256 = re.compile(r"[0-9a-f]{64}")

Headers = Mapping[str, str]


def check_version(headers: Headers) -> None:
    """PreconditionFailed unless the client speaks the version that we do."""
    if headers.get("Tus-Resumable", "") != VERSION:
        raise PreconditionFailed(f"Send the header Tus-Resumable: {VERSION}.", code="tus_version")


def read_length(headers: Headers) -> int:
    """How long the whole file is. Malformed when it is not said, or is to be joined from other uploads."""
    if "Upload-Concat" in headers:
        raise Malformed("Files are not joined from several uploads here; send one upload.")
    if "Upload-Defer-Length" in headers:
        raise Malformed("The length must be known from the beginning; send Upload-Length.")
    return _read_number(headers, "Upload-Length")


def read_offset(headers: Headers) -> int:
    return _read_number(headers, "Upload-Offset")


def _read_number(headers: Headers, name: str) -> int:
    value = headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Malformed(f"{name} must be a whole number of bytes.")
    return int(value)


def read_metadata(header: str) -> Described:
    """What `Upload-Metadata` says: keys, each with a value in base64 or none. Only `alt_text` and `sha256` matter."""
    if len(header) > METADATA_LENGTH:
        raise Malformed(f"Upload-Metadata may have {METADATA_LENGTH} signs at most.")
    values: dict[str, bytes] = {}
    for pair in header.split(",") if header.strip() else []:
        key, _, value = pair.strip().partition(" ")
        if not key or not pair.isascii() or key in values:
            raise Malformed("Upload-Metadata must be keys, each once, with values in base64, separated by commas.")
        values[key] = _decode(value.strip(), "Upload-Metadata")
    sha256 = _text(values, "sha256").lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise Malformed("The sha256 in Upload-Metadata must have 64 hexadecimal digits.")
    return Described(header, _text(values, "alt_text"), sha256)


def _text(values: dict[str, bytes], key: str) -> str:
    try:
        return values.get(key, b"").decode()
    except UnicodeDecodeError:
        raise Malformed(f"The {key} in Upload-Metadata must be UTF-8.") from None


def read_checksum(header: str) -> tuple[Any, bytes]:
    """A hash object of the algorithm that `Upload-Checksum` names, and the digest that it shall have in the end."""
    name, _, value = header.strip().partition(" ")
    if name not in ALGORITHMS:
        raise Malformed(f"Upload-Checksum can be {' or '.join(ALGORITHMS)}.", code="checksum_algorithm")
    digest = _decode(value, "Upload-Checksum")
    hasher = hashlib.new(name, usedforsecurity=False)
    if len(digest) != hasher.digest_size:
        raise Malformed(f"This Upload-Checksum has {len(digest)} bytes; {name} has {hasher.digest_size}.")
    return hasher, digest


def _decode(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"A value in {header} is not base64.") from None
