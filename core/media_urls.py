"""Signed addresses of stored files: storage, key, expiry and way of delivery, all covered by the signature.

Addresses stay the same for half of their lifetime, so browsers cache what they have already fetched.
"""

import base64
import hmac
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.utils.crypto import salted_hmac

PUBLIC_SECONDS = 24 * 3600
PRIVATE_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file and how it is delivered; with a `download_name` it is an attachment."""

    alias: str
    key: str
    content_type: str
    download_name: str = ""


def media_url(alias: str, key: str, *, content_type: str, seconds: int) -> str:
    """An address under /media/ that opens `key` for at least half of `seconds` and at most `seconds`."""
    step = seconds // 2
    expires = (int(time.time()) // step + 2) * step
    file = StoredFile(alias, key, content_type)
    query = {"e": str(expires), "t": content_type, "signature": _sign(file, expires)}
    return f"/media/{alias}/{key}?{urlencode(query)}"


def absolute(url: str) -> str:
    """The same address with this site's configured origin in front, for the API."""
    return f"{settings.ORIGIN}{url}" if url.startswith("/") else url


def is_genuine(file: StoredFile, expires: str, signature: str) -> bool:
    """Whether this installation signed exactly this, and it has not expired."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12) or expires != str(int(expires)):
        return False
    expected = _sign(file, int(expires))
    return hmac.compare_digest(expected.encode(), signature.encode()) and int(expires) > time.time()


def _sign(file: StoredFile, expires: int) -> str:
    message = "\n".join([file.alias, file.key, file.content_type, file.download_name, str(expires)])
    digest = salted_hmac("core.media_urls", message, algorithm="sha256").digest()[:18]
    return base64.urlsafe_b64encode(digest).decode()
