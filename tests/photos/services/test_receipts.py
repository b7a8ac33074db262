import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.times import iso_utc
from photos.access import get_own_media
from photos.services.receipts import (
    canonical_json,
    is_genuine_receipt,
    key_id,
    public_key,
    public_key_pem,
    receipt_of,
    sign_receipt,
)
from tests.factories import make_media
from tests.uploads import upload

RECEIPT = {"id": "1", "sha256": "ab", "bytes": 3, "copies": [{"storage": "originals", "verified_at": "x"}]}
SECRET = "a-secret-of-more-than-thirty-two-signs"


def test_receipt_names_the_bytes_and_every_copy(alma: User) -> None:
    data = b"\xff\xd8"
    media = make_media(alma, sha256=hashlib.sha256(data).hexdigest(), bytes=2)

    receipt = receipt_of(get_own_media(alma, media.pk))

    signature = receipt.pop("signature")
    assert receipt == {
        "id": str(media.pk),
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": 2,
        "received_at": iso_utc(media.created_at),
        "copies": [
            {"storage": copy.storage, "verified_at": iso_utc(copy.verified_at)} for copy in media.copies.order_by("pk")
        ],
    }
    assert len(base64.b64decode(signature)) == 64


def test_receipt_of_an_upload_is_genuine(alma: User) -> None:
    receipt = receipt_of(get_own_media(alma, upload(alma).pk))

    assert is_genuine_receipt(receipt)
    assert [copy["storage"] for copy in receipt["copies"]] == ["originals", "originals-copy"]


def test_receipt_does_not_vouch_for_a_damaged_copy(alma: User) -> None:
    media = make_media(alma)
    media.copies.filter(storage="originals").update(damaged_at=timezone.now())

    receipt = receipt_of(get_own_media(alma, media.pk))

    assert [copy["storage"] for copy in receipt["copies"]] == ["originals-copy"]
    assert is_genuine_receipt(receipt)


def test_canonical_json_has_sorted_names_no_spaces_and_utf_8() -> None:
    assert canonical_json({"b": {"d": 1, "c": "ü"}, "a": [1, None]}) == '{"a":[1,null],"b":{"c":"ü","d":1}}'.encode()


def test_sign_receipt_does_not_depend_on_the_order_of_names() -> None:
    assert sign_receipt(RECEIPT) == sign_receipt(dict(reversed(RECEIPT.items())))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "2"},
        {"sha256": "ac"},
        {"bytes": 4},
        {"bytes": 3.5},
        {"bytes": 2**70},
        {"copies": []},
        {"more": 1},
        {"signature": ""},
        {"signature": None},
        {"signature": "ünï"},
        {"signature": "AAAA"},
        {"signature": base64.b64encode(bytes(64)).decode()},
    ],
    ids=str,
)
def test_is_genuine_receipt_of_a_changed_one_is_false(change: dict[str, Any]) -> None:
    signed = {**RECEIPT, "signature": sign_receipt(RECEIPT)}

    assert is_genuine_receipt(signed)
    assert not is_genuine_receipt({**signed, **change})


def test_is_genuine_receipt_without_a_signature_is_false() -> None:
    assert not is_genuine_receipt(RECEIPT)


def test_is_genuine_receipt_under_another_key_is_false() -> None:
    signed = {**RECEIPT, "signature": sign_receipt(RECEIPT)}

    assert is_genuine_receipt(signed, public_key())
    assert not is_genuine_receipt(signed, Ed25519PrivateKey.generate().public_key())


def test_receipt_of_another_installation_is_not_genuine(settings: Settings) -> None:
    signed = {**RECEIPT, "signature": sign_receipt(RECEIPT)}

    settings.RECEIPT_KEY = SECRET

    assert not is_genuine_receipt(signed)


def test_key_follows_from_the_secret_alone_and_for_ever(settings: Settings) -> None:
    """Another figure here means that receipts given out before can no longer be checked with the key of now."""
    settings.RECEIPT_KEY = SECRET

    assert key_id(public_key()) == "94cbb23c8fbf6780"


def test_public_key_checks_a_receipt_outside_the_site() -> None:
    signed = {**RECEIPT, "signature": sign_receipt(RECEIPT)}

    key = load_pem_public_key(public_key_pem().encode())
    sent = json.loads(json.dumps(signed))
    signature = base64.b64decode(sent.pop("signature"))

    assert isinstance(key, Ed25519PublicKey)
    key.verify(signature, json.dumps(sent, sort_keys=True, separators=(",", ":")).encode())
    assert public_key_pem().startswith(f"# Key of receipts {key_id(key)}\n-----BEGIN PUBLIC KEY-----\n")
