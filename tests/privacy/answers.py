"""Answers made comparable: what must be the same for a hidden and for a missing thing."""

from collections.abc import Collection
from typing import Any

Headers = tuple[tuple[str, str], ...]
Answer = tuple[int, Headers, bytes]

# Headers that say something about the moment or the asker and not about the thing; their being there is compared.
# ETag is made of the body, the request id included.
OF_THE_MOMENT = ("X-Request-Id", "Date", "ETag", "RateLimit-Remaining", "RateLimit-Reset", "Server-Timing")
SAID_BY_THE_BODY = "Content-Length"  # the names in two bodies may be of different length; the bodies are compared


def comparable(response: Any, *names: str) -> Answer:
    """Status, all headers, names of cookies and body, without what the asker typed (`names`) and the request id."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = {name: "-" if name in OF_THE_MOMENT else value for name, value in response.headers.items()}
    headers.pop(SAID_BY_THE_BODY, None)
    headers |= {f"Set-Cookie {name}": "-" for name in response.cookies}
    body = body.replace(response["X-Request-Id"].encode(), b"REQUEST")
    for name in names:
        body = body.replace(name.encode(), b"NAME")
        headers = {header: value.replace(name, "NAME") for header, value in headers.items()}
    return response.status_code, tuple(sorted(headers.items())), body


def verdict(response: Any, names: Collection[str], missing: Answer) -> str:
    """ "shown", "gone", "as missing", or what else it was: a difference that would give a hidden thing away."""
    answer = comparable(response, *names)
    if 200 <= answer[0] < 300 or answer[0] == 303:  # where a form leads when it was taken
        return "shown"
    if answer == missing:
        return "as missing"
    if answer[0] == 410:
        return "gone"
    return f"{answer[0]}, but {missing[0]} or another answer for a missing one"


def status_of(response: Any) -> int:
    """The status, the body read to its end: a picture's file is closed then."""
    return comparable(response)[0]
