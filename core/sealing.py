"""Secrets at rest that must be read again: readable with the key of this installation alone.

Keys are made from SECRET_KEY and, for what was sealed before it changed, from SECRET_KEY_FALLBACKS.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from typing import cast

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """It was sealed with a key that this installation has no more, or changed since."""


def seal(secrets: Mapping[str, str], purpose: str) -> str:
    """`secrets` as text that only `unseal` with the same purpose opens."""
    return cipher(purpose).encrypt(orjson.dumps(dict(secrets))).decode()


def unseal(sealed: str, purpose: str) -> dict[str, str]:
    try:
        return cast(dict[str, str], orjson.loads(cipher(purpose).decrypt(sealed.encode())))
    except InvalidToken:
        raise CannotOpen from None


def reseal(sealed: str, purpose: str) -> str:
    """The same, sealed with the key of today. CannotOpen as for `unseal`."""
    return seal(unseal(sealed, purpose), purpose)


def cipher(purpose: str) -> MultiFernet:
    """What encrypts with the key of today, and decrypts with those of before as well."""
    return _cipher(purpose, (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)))


@cache
def _cipher(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(purpose, key))) for key in keys])


def _derived(purpose: str, key: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())
