from typing import Any

import orjson
from django.utils.crypto import constant_time_compare, salted_hmac


def sign_receipt(receipt: dict[str, Any]) -> str:
    """The signature of this installation over a receipt: HMAC-SHA256 of its JSON with sorted keys."""
    message = orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS)
    return salted_hmac("photos.receipts", message, algorithm="sha256").hexdigest()


def is_genuine_receipt(receipt: dict[str, Any]) -> bool:
    """Whether a receipt with its `signature` was issued here and not changed since."""
    unsigned = {name: value for name, value in receipt.items() if name != "signature"}
    return constant_time_compare(str(receipt.get("signature", "")), sign_receipt(unsigned))
