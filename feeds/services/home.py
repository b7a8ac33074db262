"""One page of the home feed, for web and API alike: ids come ranked, and what the viewer may not see any more is left
out on the last mile.

Hot is one call to Valkey. What it lacks is made ready from Postgres, and the call repeated; when Valkey is away the
same page is composed from Postgres, and when Postgres is away Valkey shows what it has.
"""

import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from accounts.models import Follow, User
from accounts.ready import load_relations
from core.exceptions import Malformed
from core.postgres import is_away
from core.valkey import ask as ask_valkey
from core.valkey import when_away
from feeds.scripts import Argument, Command, Script
from feeds.selectors import latest_ids
from feeds.services import composing
from feeds.services.filling import fill
from feeds.services.hidden import hide_numbers, leave_out_hidden
from feeds.services.pages import (
    HOUR_MS,
    RANKINGS,
    FeedItem,
    FeedPage,
    Place,
    expired,
    first_id_in,
    latest_cursor,
    latest_place,
    top_cursor,
    top_place,
)
from feeds.services.reading import Found, Listed, Question, ask, ask_with, bring_cards, tell_shown
from feeds.services.reasons import Reason, reason_of
from feeds.timeline import WIDTH, feed_key, read_timeline
from photos.ready.reading import fill_posts
from photos.selectors import marked_posts

__all__ = [
    "RANKINGS",
    "FeedItem",
    "FeedPage",
    "Reason",
    "feed_page",
    "new_count",
    "note_shown",
    "ready_page",
    "reason_of",
]

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
VALKEY_AWAY = (RedisError, OSError)
MOST_FILLED = 30  # new posts that are made ready to be counted
SPARES = (0, 2, 6)  # pages' worth of unknown posts that each round may look at beyond its limit

_new_count = Script("new_count")


def feed_page(viewer_id: int, *, ranking: str, cursor: str, limit: int, kind: str) -> FeedPage:
    """One page. Malformed for an unknown ranking or cursor; OperationalError when nothing is left to show it from."""
    if ranking not in RANKINGS:
        raise Malformed(f"ranking must be one of {', '.join(RANKINGS)}.", code="ranking_unknown")
    if ranking == "latest":
        return _latest_page(viewer_id, latest_place(cursor), limit, kind)
    return _top_page(viewer_id, top_place(cursor), limit, kind)


def ready_page(  # noqa: PLR0913  those of feed_page, and what goes along
    viewer_id: int,
    *,
    ranking: str,
    cursor: str,
    limit: int,
    kind: str,
    extra: Sequence[Command] = (),
    answers: list[Any] | None = None,
) -> FeedPage | None:
    """The same page if all of it is ready: one round trip, Postgres is never asked, nothing is raised.

    Viewers with numbers of their own read others than are ready: they are for Postgres.
    While Postgres is away what is not ready is left out, and Latest is what is newest in the last Top. The posts do not
    count as seen before `note_shown`.
    `extra` are commands that go along; their answers are in `page.extra`, and in `answers` also when there is no page.
    """
    try:
        if ranking == "latest":
            return _last_latest(viewer_id, cursor, limit, kind, extra, answers)
        place = top_place(cursor)
        if ranking != "top" or not place.kept:
            return None
        away = is_away()
        answer, others = ask_with(Question(viewer_id, limit, kind, place, leave_out=away, quiet=True), extra)
    except (Malformed, *VALKEY_AWAY, *DATABASE_AWAY):
        return None
    if answers is not None:
        answers.extend(others)
    if not isinstance(answer, Found) or not when_away(lambda: bring_cards(answer, kind), False):
        return None
    if answer.blocks and not away:
        return None
    return _top_found(_for_viewer(viewer_id, answer), stale=away, extra=others)


def note_shown(viewer_id: int, page: FeedPage) -> None:
    """A page of `ready_page` is really given to the viewer: its posts have been seen. Nothing is waited for."""
    if page.due:
        when_away(lambda: tell_shown(viewer_id, [item.post_id for item in page.items if not item.seen]), None)


def _last_latest(
    viewer_id: int, cursor: str, limit: int, kind: str, extra: Sequence[Command], answers: list[Any] | None
) -> FeedPage | None:
    if not is_away():
        return None
    others = ask_valkey(extra) if extra else []
    if answers is not None:
        answers.extend(others)
    error = OperationalError("Postgres is away.")
    return replace(_latest_of_top(viewer_id, latest_place(cursor), limit, kind, error, quiet=True), extra=others)


def new_count(viewer_id: int, newest_id: int) -> int:
    """How many posts have come to the front of Top since the page with this `newest_id`; 0 with Valkey away.

    One call when the facts are ready; what is not known is made ready first, and does not count if that fails. What was
    shown since does not count, nor what is hidden.
    """
    return when_away(lambda: _count_new(viewer_id, newest_id), 0)


def _count_new(viewer_id: int, newest_id: int) -> int:
    arguments: list[Argument] = [viewer_id, newest_id.to_bytes(WIDTH)]
    for _ in range(2):  # who the sources are is asked before what the posts are
        count, no_sources, unknown = _new_count([feed_key(viewer_id)], arguments)
        if is_away() or not (no_sources or unknown):
            return int(count)
        try:
            if no_sources:
                load_relations(viewer_id)
            fill_posts([post_id for (post_id,) in struct.iter_unpack(">Q", unknown[: WIDTH * MOST_FILLED])], "h")
        except DATABASE_AWAY:
            return int(count)
    return int(_new_count([feed_key(viewer_id)], arguments)[0])


def _top_page(viewer_id: int, place: Place, limit: int, kind: str) -> FeedPage:
    if not place.kept:
        return composing.top_page(viewer_id, place, limit=limit, kind=kind)
    try:
        found, stale = _read(Question(viewer_id, limit, kind, place))
    except VALKEY_AWAY:
        found, stale = None, False
    if found is None:
        return composing.top_page(viewer_id, place, limit=limit, kind=kind)
    return _top_found(found, stale=stale)


def _top_found(found: Found, *, stale: bool, extra: Sequence[object] = ()) -> FeedPage:
    built_at = datetime.fromtimestamp(found.build_id / 1000, tz=UTC)
    cursor = top_cursor(Place(found.build_id, found.last)) if found.last else ""
    return FeedPage(found.items, cursor, built_at, first_id_in(found.moment - HOUR_MS), stale, extra, found.due)


def _latest_page(viewer_id: int, before: int, limit: int, kind: str) -> FeedPage:
    try:
        if is_away():
            _refuse()
        ids = latest_ids(viewer_id, before=before, limit=limit + 1)
    except DATABASE_AWAY as error:
        return _latest_of_top(viewer_id, before, limit, kind, error)
    page = dict(list(ids.items())[:limit])
    more = len(ids) > limit
    listed = Listed(list(page), frozenset(post_id for post_id, by_tag in page.items() if by_tag))
    try:
        found, stale = _read(Question(viewer_id, limit, kind, listed=listed)) if page else (None, False)
    except VALKEY_AWAY:
        found, stale = None, False
    if found is None:
        return composing.latest_page(viewer_id, page, more=more, kind=kind)
    _say_who_follows(viewer_id, found.items)
    return FeedPage(found.items, latest_cursor(min(page)) if more else "", None, max(page), stale)


def _say_who_follows(viewer_id: int, items: Sequence[FeedItem]) -> None:
    """Of authors who come by a tag only Postgres knows whether they follow the viewer; while it is away none do."""
    tagged = [item for item in items if item.way == "tag"]
    if not tagged:
        return
    authors = {item.author_id for item in tagged}
    back = Follow.objects.filter(follower__in=authors, followee=viewer_id, state=Follow.State.ACCEPTED)
    try:
        followers = set(back.values_list("follower_id", flat=True))
    except DATABASE_AWAY:
        return
    for item in tagged:
        item.mutual = item.author_id in followers


def _latest_of_top(
    viewer_id: int, before: int, limit: int, kind: str, error: Exception, *, quiet: bool = False
) -> FeedPage:
    """With Postgres away: what is newest in the last Top."""
    kept = when_away(lambda: read_timeline(viewer_id), None)
    if kept is None:
        raise error
    ids = sorted((each for each in kept.post_ids if not before or each < before), reverse=True)
    if not ids:
        return FeedPage([], "", None, 0, stale=True)
    found = _what_there_is(Question(viewer_id, limit, kind, listed=Listed(ids), quiet=quiet), error)
    cursor = latest_cursor(found.last) if found.last else ""
    return FeedPage(found.items, cursor, None, ids[0], stale=True, due=found.due)


def _read(question: Question) -> tuple[Found | None, bool]:
    """The page, and whether it is stale; None when it could not be made ready in a few rounds.

    RedisError when Valkey is away, Malformed when there is no such page any more.
    """
    for spare in SPARES:
        answer = ask(replace(question, spare=spare * question.limit))
        if answer is None:
            raise expired()
        if isinstance(answer, Found):
            return _for_viewer(question.viewer_id, _with_marks(question, answer)), is_away()
        try:
            if is_away():
                _refuse()
            question = fill(question, answer)
        except DATABASE_AWAY as error:
            return _what_there_is(question, error), True
    answer = ask(question)
    if not isinstance(answer, Found):
        return None, False
    return _for_viewer(question.viewer_id, _with_marks(question, answer)), is_away()


def _with_marks(question: Question, found: Found) -> Found:
    """For who likes or has saved more posts than are kept, Postgres knows which of these; while it is away none."""
    if question.likes_kept and question.saves_kept:
        return found
    try:
        marked = marked_posts(User(pk=question.viewer_id), [item.post_id for item in found.items])
    except DATABASE_AWAY:
        return found
    for item in found.items:
        item.liked, item.saved = item.post_id in marked.liked, item.post_id in marked.saved
    return found


def _for_viewer(viewer_id: int, found: Found) -> Found:
    """With the numbers of the viewer, if they have some of their own; others pay nothing."""
    if found.blocks:
        try:
            if is_away():
                _refuse()
            leave_out_hidden(viewer_id, found.items)
        except DATABASE_AWAY:
            hide_numbers(found.items)
    return found


def _what_there_is(question: Question, error: Exception) -> Found:
    """The page without what is not ready; `error` when nothing can be shown safely."""
    try:
        answer = ask(replace(question, leave_out=True))
    except VALKEY_AWAY:
        raise error from None
    if answer is None:
        raise expired()
    if not isinstance(answer, Found):
        raise error
    return _for_viewer(question.viewer_id, answer)


def _refuse() -> NoReturn:
    raise OperationalError("Postgres is away.")
