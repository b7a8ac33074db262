"""Signed addresses of stored files: storage, key, expiry and way of delivery, all covered by the signature.

Addresses stay the same for half of their lifetime, so browsers cache what they have already fetched.
"""

import base64
import hmac
import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote_plus

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
    return f"/media/{alias}/{key}?e={expires}&t={quote_plus(content_type)}&signature={_sign(file, expires)}"


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
    digest = hmac.digest(_signing_key(settings.SECRET_KEY), message.encode(), "sha256")[:18]
    return base64.urlsafe_b64encode(digest).decode()


@cache
def _signing_key(secret: str) -> bytes:
    """The key of media addresses alone: one page signs hundreds, so it is derived once for each process."""
    return salted_hmac("core.media_urls", "key", secret=secret, algorithm="sha256").digest()
