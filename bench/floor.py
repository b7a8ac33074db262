"""What a page is compared with: Django views, to be asked without middleware, that do the least there is to do."""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.sessions import session_key_in_valkey
from core.valkey import valkey
from feeds.timeline import HEADER, SEEN, feed_key
from photos.ready.sets import LIKES

API_POSTS, PAGE_POSTS = 20, 8
GAP = b"\0"  # in a kept card: whether the viewer likes it


def keep_bytes(name: str, data: bytes) -> None:
    """From now on /bench/`name` answers `data`."""
    _folder().mkdir(exist_ok=True)
    (_folder() / name).write_bytes(data)


def keep_cards(kind: str, cards: Mapping[int, bytes]) -> None:
    valkey().mset({_card_key(kind, post_id): card for post_id, card in cards.items()})


def keep_token(token: str, user_id: int) -> None:
    valkey().set(_token_key(token), user_id)


def answer_bytes(request: HttpRequest, name: str) -> HttpResponse:
    """Constant bytes."""
    data = _read(name)
    content_type = "application/json" if name.endswith(".json") else "text/html; charset=utf-8"
    return HttpResponse(data, content_type=content_type, headers={"Content-Length": str(len(data))})


def answer_feed(request: HttpRequest) -> HttpResponse:
    """F: the token, the packed feed, twenty ready cards and the viewer's likes from Valkey, joined."""
    user_id = int(cast(Any, valkey().get(_token_key(request.headers["Authorization"].removeprefix("Bearer ")))))
    body = b'{"results":[%b],"next":null}' % b",".join(_cards("j", user_id, API_POSTS, (b"false", b"true")))
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def answer_page(request: HttpRequest) -> HttpResponse:
    """The same with fragments of HTML, for a session."""
    session = cast(Any, valkey().get(session_key_in_valkey(request.COOKIES[settings.SESSION_COOKIE_NAME])))
    cards = _cards("h", int(json.loads(session)["_auth_user_id"]), PAGE_POSTS, (b"1", b"0"))
    body = b"".join([_read("before.html"), *cards, _read("behind.html")])
    return HttpResponse(body, headers={"Content-Length": str(len(body))})


def _cards(kind: str, user_id: int, count: int, likes: Sequence[bytes]) -> list[bytes]:
    store = valkey()
    feed = cast(bytes, store.get(feed_key(user_id)))
    ids = [entry & ~SEEN for entry in struct.unpack_from(f">{count}Q", feed, HEADER)]
    pipeline = store.pipeline(transaction=False)
    pipeline.mget([_card_key(kind, post_id) for post_id in ids])
    pipeline.smismember(LIKES.key(user_id), ids)
    cards, liked = pipeline.execute()
    return [card.replace(GAP, likes[like]) for card, like in zip(cards, liked, strict=True)]


def _card_key(kind: str, post_id: int) -> str:
    return f"bench:{kind}:{post_id}"


def _token_key(token: str) -> str:
    return f"bench:token:{hashlib.sha256(token.encode()).hexdigest()}"


@cache
def _read(name: str) -> bytes:
    return (_folder() / name).read_bytes()


def _folder() -> Path:
    return Path(settings.STATE_DIR) / "floor"
