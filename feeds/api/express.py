"""GET /rest/v1/feed on the express way: Top, for a token that may read; Latest only while Postgres is away."""

import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse

from accounts.services.tokens import digest_of, is_token
from accounts.snapshots import (
    TokenSnapshot,
    ViewerSnapshot,
    ask_token,
    find_by_token,
    forget_token_owner,
    is_due,
    token_answer,
    token_key,
    viewer_key,
)
from core import rate_limits
from core.api.views import COUNTED, LIMIT, app_may_go_on, say_allowance
from core.paging import clamp_limit
from core.postgres import is_away
from core.ready import Key
from core.valkey import Command
from feeds.api.answers import feed_answer
from feeds.services.home import RANKINGS, FeedPage, note_shown, ready_page

TOP = RANKINGS[0]
READ = "read"
_BEARER = re.compile(r"[Bb]earer +(\S+) *")
_PLAIN = re.compile(r"(?:(?:limit=[0-9]{1,4}|ranking=(?:top|latest)|cursor=[A-Za-z0-9_-]{1,100})(?:&(?!$)|$))*")


def answer_feed(request: HttpRequest) -> HttpResponse | None:
    """None for every other question, for whoever has asked too often, and when anything is missing.

    One trip to Valkey reads the page, counts the call, and makes sure of the token when this process has seen it
    before; else there is a trip for the token first.
    """
    match = _BEARER.fullmatch(request.META.get("HTTP_AUTHORIZATION", ""))
    query = _query(request)
    if match is None or query is None or not is_token(match[1]):
        return None
    if query.get("ranking", TOP) != TOP and not is_away():
        return None
    digest = digest_of(match[1])
    token: TokenSnapshot | None = None
    asking = ask_token(digest)
    if asking is None:
        token, viewer = find_by_token(digest)
        if viewer is None or not _is_good(token, viewer):
            return None
        asking = viewer.id, []
    page, allowance, answers = _read(asking[0], query, asking[1], token_key(digest))
    setattr(request, COUNTED, allowance)
    if answers:
        token = _still_good(digest, answers)
    if token is None or page is None or allowance is None or allowance.exceeded or not app_may_go_on(token.app_id):
        return None
    note_shown(asking[0], page)
    return _finished(feed_answer(request.path, query, page, ranking=query.get("ranking", TOP)), allowance)


def _read(
    viewer_id: int, query: dict[str, str], asking: Sequence[Command], token: Key
) -> tuple[FeedPage | None, rate_limits.Allowance | None, Sequence[Any]]:
    """The page, what is left of the limit after this call, and the answers to `asking`.

    The call counts only if the token and its person are known to Valkey at that moment.
    """
    planned = rate_limits.counting(LIMIT, str(viewer_id))
    answers: list[Any] = []
    page = ready_page(
        viewer_id,
        ranking=query.get("ranking", TOP),
        cursor=query.get("cursor", ""),
        limit=clamp_limit(query.get("limit")),
        kind="j",
        extra=[planned.command_if(token, viewer_key(viewer_id)), *asking],
        answers=answers,
    )
    allowance = planned.allowance(answers[0]) if answers and answers[0] is not None else None
    return page, allowance, answers[1:]


def _still_good(digest: str, answers: Sequence[Any]) -> TokenSnapshot | None:
    """The good token in the answers to `ask_token`; the guess is forgotten if they do not say whose the token is."""
    token, viewer = token_answer(*answers)
    if token is None:
        forget_token_owner(digest)
    return token if _is_good(token, viewer) else None


def _is_good(token: TokenSnapshot | None, viewer: ViewerSnapshot | None) -> bool:
    """Whether the token may read, and nothing about it has to be written down."""
    if token is None or viewer is None or READ not in token.scopes:
        return False
    return not is_due(time.time(), token.used, viewer.seen) or is_away()


def _finished(response: HttpResponse, allowance: rate_limits.Allowance) -> HttpResponse:
    """With the headers that the ordinary way gives."""
    say_allowance(response, allowance)
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    response.headers["Vary"] = "Authorization, Cookie"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _query(request: HttpRequest) -> dict[str, str] | None:
    """The parameters of a question that can be answered, each there at most once; None for any other."""
    text = request.META.get("QUERY_STRING", "")
    if not _PLAIN.fullmatch(text):
        return None
    pairs = parse_qsl(text)
    query = dict(pairs)
    return query if len(query) == len(pairs) else None
