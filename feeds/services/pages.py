"""What a page of the home feed is made of, and the cursors that lead from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.exceptions import Malformed
from core.ids import EPOCH_MS, MAX_ID, SEQUENCE_BITS, SHARD_BITS
from core.paging import decode_cursor, encode_cursor

RANKINGS = ("top", "latest")
HOUR_MS = 3_600_000
HIDES = b" h"  # how the facts of a person end who hides counts

Way = Literal["top", "latest", "tag"]


@dataclass(slots=True)
class FeedItem:
    """One post for one viewer; `person` are the facts about its author, `body` its ready card of the kind asked for.

    `closeness` is how many of the author's posts the viewer liked lately, `seen` whether the viewer was shown this one
    before, `way` how it came: by Top, by Latest, or (in Latest) by a followed tag of somebody not followed.
    `close`: the viewer is a close friend of the author.
    `facts` are those about the post, `pieces` the body divided at its gaps and `check` a print of it, where
    somebody has made them.
    """

    post_id: int
    author_id: int
    like_count: int
    comment_count: int
    mutual: bool
    liked: bool
    saved: bool
    closeness: int
    seen: bool
    person: bytes
    body: bytes
    way: Way = "top"
    facts: bytes = b""
    pieces: Sequence[bytes] = ()
    check: bytes = b""
    close: bool = False

    @property
    def shown_likes(self) -> int | None:
        """How many like it; None where the author hides that."""
        return None if self.person.endswith(HIDES) else self.like_count

    @property
    def following(self) -> bool:
        return self.way != "tag"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Posts in feed order; `built_at` is None for Latest, which is read as it is, and `next_cursor` "" at the end.

    `newest_id` goes to `new_count`. `stale` says that Postgres is away and this may not be the newest; `extra` are the
    answers to the commands that travelled along. `due`: that it was given has to be noted, by `note_shown`.
    """

    items: Sequence[FeedItem]
    next_cursor: str
    built_at: datetime | None
    newest_id: int
    stale: bool
    extra: Sequence[Any] = ()
    due: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of Top begins: behind the post `last` in the feed of that build, or with 0 at its beginning.

    A walk that began while Valkey was away is not `kept`: its feed is made again for each page, as of `build_id`.
    """

    build_id: int = 0
    last: int = 0
    kept: bool = True


def top_cursor(place: Place) -> str:
    return encode_cursor("top" if place.kept else "asof", place.build_id, place.last)


def top_place(cursor: str) -> Place:
    """Malformed: cursor_unknown for what is no cursor of Top, cursor_expired for one of a build there cannot be."""
    if not cursor:
        return Place()
    try:
        (build_id, last), kept = decode_cursor("top", cursor, 2), True
    except Malformed:
        (build_id, last), kept = decode_cursor("asof", cursor, 2), False
    if not last or first_id_in(build_id) > MAX_ID:
        raise expired()
    return Place(build_id, last, kept)


def latest_cursor(last: int) -> str:
    return encode_cursor("latest", last)


def latest_place(cursor: str) -> int:
    """The id before which a page of Latest begins; 0 for the first page."""
    return decode_cursor("latest", cursor, 1)[0] if cursor else 0


def first_id_in(moment_ms: int) -> int:
    """The lowest id made in that millisecond since 1970."""
    return max(moment_ms - EPOCH_MS, 0) << (SHARD_BITS + SEQUENCE_BITS)


def expired() -> Malformed:
    return Malformed("This page is too old. Start again from the first page.", code="cursor_expired")
