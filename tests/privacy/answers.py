"""Answers made comparable: what must be the same for a hidden and for a missing thing."""

from collections.abc import Collection
from typing import Any

Answer = tuple[int, str, str, bytes]


def comparable(response: Any, *names: str) -> Answer:
    """Status, type, target and body of an answer, without its request id and without what the asker typed (`names`)."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    target = response.get("Location", "")
    body = body.replace(response["X-Request-Id"].encode(), b"REQUEST")
    for name in names:
        body, target = body.replace(name.encode(), b"NAME"), target.replace(name, "NAME")
    return response.status_code, response.get("Content-Type", ""), target, body


def verdict(response: Any, names: Collection[str], missing: Answer) -> str:
    """ "shown", "as missing", or what else it was: a difference that would give a hidden thing away."""
    answer = comparable(response, *names)
    if 200 <= answer[0] < 300:
        return "shown"
    if answer == missing:
        return "as missing"
    return f"{answer[0]}, but {missing[0]} or another body for a missing one"


def status_of(response: Any) -> int:
    """The status, the body read to its end: a picture's file is closed then."""
    return comparable(response)[0]
