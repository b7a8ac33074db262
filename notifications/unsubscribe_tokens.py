"""The address in each digest by which it is switched off without logging in."""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from core.exceptions import NotFound
from core.media_urls import absolute

GOOD_SECONDS = 400 * 24 * 3600


def unsubscribe_url(user_id: int) -> str:
    """Good for GOOD_SECONDS, another one each time; who reads it learns nothing, not even whose it is."""
    token = _cipher(settings.SECRET_KEY).encrypt(str(user_id).encode()).decode().rstrip("=")
    return absolute(reverse("notifications:unsubscribe", args=[token]))


def person_behind(token: str) -> User:
    """Whose digest it switches off. NotFound for a token that is none, or too old, and for an account that is gone."""
    try:
        padded = f"{token}{'=' * (-len(token) % 4)}".encode("ascii")
        user_id = int(_cipher(settings.SECRET_KEY).decrypt(padded, ttl=GOOD_SECONDS))
    except (InvalidToken, ValueError):
        raise NotFound from None
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


@cache
def _cipher(secret: str) -> Fernet:
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"notifications.unsubscribe").derive(secret.encode())
    return Fernet(urlsafe_b64encode(key))
