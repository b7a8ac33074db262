"""`Idempotency-Key`: a POST that is sent again gets the answer of the first time, for 24 hours."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from core.exceptions import Conflict, Malformed
from core.models import IdempotentAnswer


def answer_once(request: Request, owner_id: int, body: Any, make: Callable[[], Response]) -> Response:
    """The answer of `make`, made once per person and key.

    `body` is what the request asked for, in plain JSON types. Conflict when the key was used for something else;
    when `make` fails nothing is remembered, so a corrected request may use the key again.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return make()
    if len(key) > 255:
        raise Malformed("Idempotency-Key may have 255 characters at most.")
    fingerprint = hashlib.sha256(orjson.dumps([request.method, request.path, body], option=orjson.OPT_SORT_KEYS))
    with transaction.atomic():
        remembered = _claim(owner_id, key, fingerprint.hexdigest())
        if remembered.status is not None:
            return Response(remembered.body, status=remembered.status)
        response = make()
        remembered.status, remembered.body = response.status_code, response.data
        remembered.save(update_fields=["status", "body"])
    return response


def _claim(owner_id: int, key: str, fingerprint: str) -> IdempotentAnswer:
    """The locked row of this key; a second request with it waits here until the first is done."""
    row = IdempotentAnswer(owner_id=owner_id, key=key, request_hash=fingerprint)
    IdempotentAnswer.objects.bulk_create([row], ignore_conflicts=True)
    claimed = IdempotentAnswer.objects.select_for_update().get(owner_id=owner_id, key=key)
    if claimed.request_hash != fingerprint:
        raise Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
    return claimed
