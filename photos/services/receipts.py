"""What this installation vouches for, signed so that anybody can check it without us (docs/receipts.md)."""

import base64
import binascii
import hashlib
from functools import cache
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from core.times import iso_utc
from photos.models import Media

PURPOSE = b"photos.receipts ed25519 1"


def receipt_of(media: Media) -> dict[str, Any]:
    """The signed receipt of a media: these bytes lie unchanged in these places. Needs `copies` loaded.

    A copy that was found damaged is not among `copies` until it has been repaired.
    """
    receipt = {
        "id": str(media.pk),
        "sha256": media.sha256,
        "bytes": media.bytes,
        "received_at": iso_utc(media.created_at),
        "copies": [
            {"storage": copy.storage, "verified_at": iso_utc(copy.verified_at)}
            for copy in sorted(media.copies.all(), key=lambda copy: copy.pk)
            if copy.damaged_at is None
        ],
    }
    return {**receipt, "signature": sign_receipt(receipt)}


def sign_receipt(receipt: dict[str, Any]) -> str:
    """The Ed25519 signature of this installation over `canonical_json` of a receipt, in base64."""
    return base64.b64encode(_private_key(settings.RECEIPT_KEY).sign(canonical_json(receipt))).decode()


def is_genuine_receipt(receipt: dict[str, Any], key: Ed25519PublicKey | None = None) -> bool:
    """Whether `signature` is that of `key` (or of this installation) and nothing was changed, added or left out."""
    unsigned = {name: value for name, value in receipt.items() if name != "signature"}
    try:
        signature = base64.b64decode(str(receipt.get("signature", "")), validate=True)
        (key or public_key()).verify(signature, canonical_json(unsigned))
    except (InvalidSignature, binascii.Error, ValueError, orjson.JSONEncodeError):
        return False
    return True


def canonical_json(receipt: dict[str, Any]) -> bytes:
    """One spelling of a receipt: names sorted, no spaces, UTF-8."""
    return orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS)


def public_key() -> Ed25519PublicKey:
    """The half of this installation's key that everybody may have."""
    return _private_key(settings.RECEIPT_KEY).public_key()


def public_key_pem() -> str:
    """The public key as PEM, with its id on a line of its own that readers of PEM pass over."""
    key = public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return f"# Key of receipts {key_id(key)}\n{pem}"


def key_id(key: Ed25519PublicKey) -> str:
    """A short name of a public key: the first 16 signs of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


@cache
def _private_key(secret: str) -> Ed25519PrivateKey:
    """The signing key that belongs to a secret, always the same; derived once for each process."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)
