"""`Idempotency-Key`: a POST that is sent again gets the answer of the first time, for 24 hours."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from core.exceptions import Conflict, Malformed
from core.models import IdempotentAnswer

Make = Callable[[], Response]


def answer_once(request: Request, owner_id: int, body: Any, make: Make, *, in_transaction: bool = True) -> Response:
    """The answer of `make`, made once per person and key.

    `body` is what the request asked for, in plain JSON types. Work and answer are kept in one transaction, in which a
    second request with the key waits; with `in_transaction` off nobody waits, for long work that may be done twice.
    Conflict when the key was used for something else. When `make` fails nothing is remembered, so a corrected request
    may use the key again.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return make()
    if len(key) > 255 or "\x00" in key:
        raise Malformed("Idempotency-Key may have 255 signs at most.")
    plain = orjson.dumps([request.method, request.path, body], option=orjson.OPT_SORT_KEYS)
    row = IdempotentAnswer(owner_id=owner_id, key=key, request_hash=hashlib.sha256(plain).hexdigest())
    if in_transaction:
        with transaction.atomic():
            return _answer_claimed(row, make)
    return _answer_freely(row, make)


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
