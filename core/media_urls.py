"""Signed addresses of stored files: storage, key, expiry and way of delivery, all covered by the signature.

A file in a folder has an address of this site, one in S3 a presigned address of the store itself, so that its bytes
never pass through Python. Addresses stay the same for half of their lifetime, so browsers cache what they have
already fetched.
"""

import base64
import hmac
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.crypto import salted_hmac

from core.s3 import Form, Presigner, presigner_of

PUBLIC_SECONDS = 24 * 3600
PRIVATE_SECONDS = 15 * 60
ORIGINAL_SECONDS = 5 * 60

SHOWN = "renditions"  # the one storage whose files browsers show; those of any other are downloads
REMEMBERED = 5_000  # addresses a process keeps; at most 1 kB each


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file and how it is delivered; with a `download_name` it is an attachment of that name."""

    alias: str
    key: str
    content_type: str
    download_name: str = ""

    @property
    def disposition(self) -> str:
        """The Content-Disposition to deliver it with; empty for what browsers may show."""
        if self.download_name:
            return f"attachment; filename*=UTF-8''{quote(self.download_name, safe='')}"
        return "" if self.alias == SHOWN else "attachment"


def media_url(alias: str, key: str, *, content_type: str, seconds: int, download_name: str = "") -> str:
    """An address that opens `key` with GET for at least half of `seconds` and at most `seconds`."""
    step = seconds // 2
    begins = int(time.time()) // step * step
    return _address(alias, key, content_type, download_name, begins, seconds)


@lru_cache(maxsize=REMEMBERED)
def _address(alias: str, key: str, content_type: str, download_name: str, begins: int, seconds: int) -> str:
    presigner = presigner_of(alias) if settings.S3_DELIVERY == "store" else None
    if presigner is not None:
        return presigner.address(key, _form(presigner, alias, content_type, download_name, begins, seconds))
    expires = begins + seconds // 2 * 2
    signature = _sign(StoredFile(alias, key, content_type, download_name), expires)
    return f"/media/{alias}/{quote(key)}?{_query(content_type, download_name, expires)}&signature={signature}"


@lru_cache(maxsize=256)
def _query(content_type: str, download_name: str, expires: int) -> str:
    return urlencode({"e": expires, "t": content_type, **({"n": download_name} if download_name else {})})


@lru_cache(maxsize=256)
def _form(presigner: Presigner, alias: str, content_type: str, download_name: str, begins: int, seconds: int) -> Form:
    headers = {
        "cache_control": f"private, max-age={seconds // 2}, immutable" if alias == SHOWN else "private, no-store",
        "content_type": content_type or "application/octet-stream",
    }
    if disposition := StoredFile(alias, "", content_type, download_name).disposition:
        headers["content_disposition"] = disposition
    return presigner.form(headers, begins=begins, seconds=seconds)


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
    message = f"{file.alias}\n{file.key}\n{file.content_type}\n{file.download_name}\n{expires}"
    digest = hmac.digest(_signing_key(settings.SECRET_KEY), message.encode(), "sha256")[:18]
    return base64.urlsafe_b64encode(digest).decode()


@cache
def _signing_key(secret: str) -> bytes:
    """The key of media addresses alone: one page signs hundreds, so it is derived once for each process."""
    return salted_hmac("core.media_urls", "key", secret=secret, algorithm="sha256").digest()


def _forget(**kwargs: Any) -> None:
    """Another setting, another address."""
    _address.cache_clear()


setting_changed.connect(_forget, dispatch_uid="core.media_urls")
