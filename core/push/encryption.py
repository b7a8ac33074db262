"""Messages that only the browser they are for can read: RFC 8291, with the coding `aes128gcm` of RFC 8188."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096  # bytes; a push service need not take more
MOST = RECORD - 16 - 65 - 21 - 1  # bytes of a message: the tag, the header of the coding and the sign of the end go off
BLOCK = 512  # messages are filled up to a multiple of it, so that their length says little
PUBLIC_BYTES = 65
AUTH_BYTES = 16

_CURVE = ec.SECP256R1()


def encrypt(message: bytes, *, p256dh: bytes, auth: bytes) -> bytes:
    """The body of a push for the browser with this public key (65 bytes) and secret (16 bytes).

    ValueError for a key that is none, or a message of more than MOST bytes.
    """
    return seal(_filled(message), p256dh, auth, ec.generate_private_key(_CURVE), secrets.token_bytes(16))


def seal(message: bytes, p256dh: bytes, auth: bytes, sender: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """As `encrypt`, with what is otherwise drawn at random; `message` has its sign of the end already."""
    if len(message) > MOST + 1:
        raise ValueError("too long a message")
    receiver = public_key(p256dh)
    mine = public_bytes(sender.public_key())
    shared = sender.exchange(ec.ECDH(), receiver)
    secret = _derive(shared, auth, b"WebPush: info\x00" + p256dh + mine, 32)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD.to_bytes(4) + len(mine).to_bytes(1) + mine
    return header + AESGCM(key).encrypt(nonce, message, None)


def public_key(data: bytes) -> ec.EllipticCurvePublicKey:
    """The point on P-256 with these bytes, uncompressed; ValueError for any others."""
    if len(data) != PUBLIC_BYTES or data[0] != 4:
        raise ValueError("no uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data)


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def to_base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Of either alphabet, with or without its end; ValueError for anything else."""
    plain = text.rstrip("=").translate(str.maketrans("+/", "-_"))
    data = urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    if to_base64url(data) != plain:
        raise ValueError("not base64url")
    return data


def _filled(message: bytes) -> bytes:
    """With the sign of the end, and zeros up to the next multiple of BLOCK, as far as there is room."""
    ended = message + b"\x02"
    return ended.ljust(min(-(-len(ended) // BLOCK) * BLOCK, MOST + 1), b"\x00")


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)
