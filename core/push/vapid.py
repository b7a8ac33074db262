"""How push services know the site: a key pair of its own, and tokens signed with it (VAPID, RFC 8292)."""

import time
from functools import cache

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings

from core.push.encryption import from_base64url, public_bytes, to_base64url

TOKEN_SECONDS = 12 * 3600  # 24 hours are allowed, and clocks differ
_HEADER = to_base64url(b'{"typ":"JWT","alg":"ES256"}')


def new_private_key() -> str:
    """What VAPID_PRIVATE_KEY takes: the number of the key, 32 bytes in base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return to_base64url(number.to_bytes(32))


def server_key() -> str | None:
    """The public key that a browser subscribes with, as base64url; None where push is off."""
    return _public_text(settings.VAPID_PRIVATE_KEY) if settings.VAPID_PRIVATE_KEY else None


def authorization(origin: str) -> str:
    """The header that proves to the push service at `origin` who sends. Needs VAPID_PRIVATE_KEY."""
    claims = {"aud": origin, "exp": int(time.time()) + TOKEN_SECONDS, "sub": settings.VAPID_SUBJECT}
    signed = f"{_HEADER}.{to_base64url(orjson.dumps(claims))}"
    key = settings.VAPID_PRIVATE_KEY
    r, s = decode_dss_signature(_private(key).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{to_base64url(r.to_bytes(32) + s.to_bytes(32))}, k={_public_text(key)}"


@cache
def _private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(text)), ec.SECP256R1())


@cache
def _public_text(text: str) -> str:
    return to_base64url(public_bytes(_private(text).public_key()))
