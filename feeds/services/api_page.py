"""The whole answer of GET /rest/v1/feed as bytes: ready cards joined with what is the viewer's own."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlencode

import orjson
from django.conf import settings

from core.times import iso_utc
from feeds.services.near import check_of
from feeds.services.pages import FeedPage
from feeds.services.reasons import Reason, reason_of
from photos.ready.joining import NUL, author_part, counts_part, lets_comment, viewer_part

REMEMBERED = 10_000  # parts of each sort that a process keeps


def feed_json(page: FeedPage, *, ranking: str, next_url: str) -> tuple[bytes, list[bytes]]:
    """The body, and what it changes with. `page` must be of kind "j"; `next_url` is "" at the end."""
    about = {"built_at": iso_utc(page.built_at), "ranking": ranking, "stale": page.stale}
    parts = [b'{"results":[']
    marks: list[bytes] = []
    for number, item in enumerate(page.items):
        head, middle, tail, who = item.pieces or item.body.split(NUL)  # a card is copied once, when all is joined
        author = _author_part(item.person, item.way != "tag", item.mutual, item.close)
        counts = counts_part(item.shown_likes, item.comment_count)
        can_comment = lets_comment(who, follows=item.following)
        viewer = viewer_part(liked=item.liked, saved=item.saved, can_comment=can_comment)
        reason = _reason_part(reason_of(item))
        parts += (b',{"post":' if number else b'{"post":', head, author, middle, counts, viewer, tail, reason)
        marks += (item.check or check_of(item.body), author, counts, viewer, reason)
    end = b'],"next":%b,%b' % (orjson.dumps(next_url or None), orjson.dumps(about)[1:])
    return b"".join([*parts, end]), [*marks, end]


def next_feed_url(path: str, parameters: Mapping[str, str], cursor: str) -> str:
    """The whole address of the page at `cursor`, asked for as this one was; "" when there is none."""
    if not cursor:
        return ""
    query = {name: value for name, value in parameters.items() if name != "cursor"}
    return f"{settings.ORIGIN}{path}?{urlencode({**query, 'cursor': cursor})}"


def link_headers(next_url: str) -> dict[str, str]:
    return {"Link": f'<{next_url}>; rel="next"'} if next_url else {}


@lru_cache(REMEMBERED)
def _author_part(person: bytes, following: bool, followed_by: bool, close: bool) -> bytes:
    return author_part(person, following=following, followed_by=followed_by, close=close)


@lru_cache(REMEMBERED)
def _reason_part(reason: Reason) -> bytes:
    return b',"reason":%b}' % orjson.dumps({"code": reason.code, "text": reason.text})
