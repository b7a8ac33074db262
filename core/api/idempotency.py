"""`Idempotency-Key`: a POST that is sent again gets the answer of the first time, for 24 hours."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import orjson
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from core.exceptions import Conflict, Malformed
from core.models import IdempotentAnswer
from core.web.client_address import client_address

Make = Callable[[], Response]

NOBODY = 0  # the owner of what is kept for callers without an account
SIGNS_WITHOUT_ACCOUNT = 32


def answer_once(request: Request, owner_id: int, body: Any, make: Make, *, in_transaction: bool = True) -> Response:
    """The answer of `make`, made once per person and key.

    `body` is what the request asked for, in plain JSON types. Work and answer are kept in one transaction, in which a
    second request with the key waits; with `in_transaction` off nobody waits, for long work that may be done twice.
    Conflict when the key was used for something else. When `make` fails nothing is remembered, so a corrected request
    may use the key again.
    """
    key = _key_of(request)
    if not key:
        return make()
    row = IdempotentAnswer(owner_id=owner_id, key=key, request_hash=hashlib.sha256(_plain(request, body)).hexdigest())
    return _answer_claimed(row, make) if in_transaction else _answer_freely(row, make)


def answer_sealed_once(request: Request, body: Any, make: Make) -> Response:
    """As `answer_once`, for calls that need no account and for words that the database must not know.

    Of the key and of what was asked only digests are kept, and the answer encrypted with the key itself. Who has no
    account gets an answer again from the same address alone, and with a key that nobody guesses: Malformed for one of
    less than SIGNS_WITHOUT_ACCOUNT signs.
    """
    key = _key_of(request)
    if not key:
        return make()
    if not request.user.is_authenticated and len(key) < SIGNS_WITHOUT_ACCOUNT:
        raise Malformed(
            f"Without a token, Idempotency-Key has {SIGNS_WITHOUT_ACCOUNT} random signs at least, such as a UUID.",
            code="idempotency_key_short",
        )
    name, hash_key, cipher = _secrets_of(request, key)
    request_hash = hmac.digest(hash_key, _plain(request, body), "sha256").hex()
    row = IdempotentAnswer(owner_id=request.user.pk or NOBODY, key=name, request_hash=request_hash)

    def make_sealed() -> Response:
        response = make()
        return Response(cipher.encrypt(orjson.dumps(response.data)).decode(), status=response.status_code)

    sealed = _answer_claimed(row, make_sealed)
    return Response(orjson.loads(cipher.decrypt(sealed.data)), status=sealed.status_code)


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 255 or "\x00" in key:
        raise Malformed("Idempotency-Key may have 255 signs at most.")
    return key


def _plain(request: Request, body: Any) -> bytes:
    return orjson.dumps([request.method, request.path, body], option=orjson.OPT_SORT_KEYS)


def _secrets_of(request: Request, key: str) -> tuple[str, bytes, Fernet]:
    """What this caller's key is kept under, what requests are hashed with, and what answers are encrypted with."""
    who = request.user.pk or client_address(request._request)  # a number, or words
    info = orjson.dumps(["core.api.idempotency", who, key])
    made = HKDF(hashes.SHA256(), 96, salt=None, info=info).derive(settings.SECRET_KEY.encode())
    return made[:32].hex(), made[32:64], Fernet(urlsafe_b64encode(made[64:]))


@transaction.atomic
def _answer_claimed(row: IdempotentAnswer, make: Make) -> Response:
    """Hold the row of this key while the work is done."""
    IdempotentAnswer.objects.bulk_create([row], ignore_conflicts=True)
    claimed = _same_key(row).select_for_update().get()
    if claimed.status is not None:
        return _repeat(claimed, row)
    response = make()
    _same_key(row).update(status=response.status_code, body=response.data)
    return response


def _answer_freely(row: IdempotentAnswer, make: Make) -> Response:
    known = _same_key(row).first()
    if known is not None:
        return _repeat(known, row)
    response = make()
    row.status, row.body = response.status_code, response.data
    IdempotentAnswer.objects.bulk_create([row], ignore_conflicts=True)
    return _repeat(_same_key(row).get(), row)


def _same_key(row: IdempotentAnswer) -> "QuerySet[IdempotentAnswer]":
    return IdempotentAnswer.objects.filter(owner_id=row.owner_id, key=row.key)


def _repeat(known: IdempotentAnswer, row: IdempotentAnswer) -> Response:
    if known.request_hash != row.request_hash:
        raise Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
    return Response(known.body, status=known.status)
