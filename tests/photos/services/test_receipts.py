from typing import Any

import pytest

from accounts.models import User
from photos.access import get_own_media
from photos.api.representations import represent_receipt
from photos.services.receipts import is_genuine_receipt, sign_receipt
from tests.uploads import upload

RECEIPT = {"id": "1", "sha256": "ab", "bytes": 3, "copies": [{"storage": "originals", "verified_at": "x"}]}


def test_sign_receipt_does_not_depend_on_the_order_of_names() -> None:
    assert sign_receipt(RECEIPT) == sign_receipt(dict(reversed(RECEIPT.items())))


def test_is_genuine_receipt_of_what_was_given_out_is_true(alma: User) -> None:
    receipt = represent_receipt(get_own_media(alma, upload(alma).pk))

    assert is_genuine_receipt(receipt)


@pytest.mark.parametrize(
    "change",
    [{"id": "2"}, {"sha256": "ac"}, {"bytes": 4}, {"copies": []}, {"more": 1}, {"signature": ""}, {"signature": "ünï"}],
    ids=str,
)
def test_is_genuine_receipt_of_a_changed_one_is_false(change: dict[str, Any]) -> None:
    signed = {**RECEIPT, "signature": sign_receipt(RECEIPT)}

    assert not is_genuine_receipt({**signed, **change})


def test_is_genuine_receipt_without_a_signature_is_false() -> None:
    assert not is_genuine_receipt(RECEIPT)
