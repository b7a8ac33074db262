"""Asking Valkey for one page: one call, and what it answers as values."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from core.valkey import valkey
from feeds.scripts import Command, Script
from feeds.services.near import near_cards
from feeds.services.pages import FeedItem, Place, Way
from feeds.timeline import WIDTH, feed_key, longest_feed
from photos.ready.facts import card_key, edition

_read_page = Script("read_page")
FIRST = Place()
FLAGS = 5  # the place of the flags among the arguments
FIELDS = 10  # that the program returns for each post


@dataclass(frozen=True, slots=True)
class Listed:
    """Posts to read instead of the kept feed, in this order; `tagged` are those of them that come by a tag."""

    post_ids: Sequence[int]
    tagged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """`spare`: how many posts nothing is known of may be looked at beyond the limit.

    With `leave_out` what is missing is left out, instead of being named. `likes_kept` is False for who likes more posts
    than are kept, `saves_kept` for who has saved more. With `quiet` the posts do not count as seen: `tell_shown` says
    so when the page is really given.
    """

    viewer_id: int
    limit: int
    kind: str
    place: Place = FIRST
    listed: Listed | None = None
    spare: int = 0
    leave_out: bool = False
    likes_kept: bool = True
    saves_kept: bool = True
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not ready, at `moment` on Valkey's clock. `feed`: there is none; `anew`: one that must be built again."""

    moment: int
    feed: bool
    anew: bool
    relations: bool
    likes: bool
    saves: bool
    closeness: bool
    post_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Found:
    """A page at `moment`; `last` is the post behind which the next one begins, 0 at the end.

    `due` is True for one read with `quiet` of which something has to be noted. `blocks`: there is one between the
    viewer and somebody, so that numbers are not yet those that the viewer may read.
    """

    moment: int
    build_id: int
    last: int
    items: list[FeedItem]
    due: bool = False
    blocks: bool = False


Answer = Found | Missing | None  # None: no such page any more


def ask(question: Question) -> Answer:
    """One round trip. RedisError when Valkey is away."""
    return _understand(_read_page(*_call(question)), question.listed)


def ask_with(question: Question, others: Sequence[Command]) -> tuple[Answer, list[Any]]:
    """The same, and the answers to other commands that go along; without the cards: `bring_cards` fetches them.

    With `leave_out` it has the cards: only Valkey can leave out posts without one, and go on until the page is full.
    """
    keys, arguments = _call(question)
    if not question.leave_out:
        arguments[FLAGS] = f"{_flags(question)}k"
    reply, answers = _read_page.run_with(keys, arguments, others)
    return _understand(reply, question.listed), answers


def tell_shown(viewer_id: int, post_ids: Sequence[int]) -> None:
    """The viewer was given a page with these posts. Nothing is waited for. RedisError when Valkey is away."""
    question = Question(viewer_id, 0, "j", listed=Listed(post_ids))
    keys, arguments = _call(question)
    arguments[FLAGS] = "m"
    _read_page.tell(keys, arguments)


def bring_cards(found: Found, kind: str) -> bool:
    """Give the posts their cards, those this process has and one trip for the others; False when one is not ready."""
    lacking = []
    letter = edition(kind).encode()
    for item in found.items:
        if item.body:
            continue
        version, person_version = item.facts.rpartition(b" ")[2], item.person.partition(b" ")[0]
        name = b"%b:%b:%b" % (letter, version, person_version)  # no version is ever that of two values
        card = near_cards.get(name)
        if card is None:
            lacking.append((item, name, card_key(kind, item.post_id, version, person_version)))
        else:
            item.body, item.pieces, item.check = card
    bodies = cast("list[bytes | None]", valkey().mget([key for _, _, key in lacking])) if lacking else []
    for (item, name, _), body in zip(lacking, bodies, strict=True):
        if body is None:
            return False
        item.body, item.pieces, item.check = near_cards.put(name, body, is_public=_is_public(item))
    return True


def _is_public(item: FeedItem) -> bool:
    """Whether the addresses in the card are those for everybody, which live longer."""
    return item.facts.split(b" ")[4] == b"p" and item.person.split(b" ", 2)[1] == b"o"


def _call(question: Question) -> tuple[list[bytes], list[bytes | str | int]]:
    place, listed = question.place, question.listed
    return [feed_key(question.viewer_id)], [
        question.viewer_id,
        edition(question.kind),
        question.limit,
        place.build_id.to_bytes(WIDTH) if place.last else b"",
        place.last.to_bytes(WIDTH) if place.last else b"",
        _flags(question),
        question.spare,
        longest_feed(),
        _packed(listed.post_ids) if listed else b"",
        _packed(sorted(listed.tagged)) if listed else b"",
    ]


def _flags(question: Question) -> str:
    unkept = {"l": not question.likes_kept, "s": not question.saves_kept}
    flags = {**unkept, "w": question.leave_out, "q": question.quiet}
    return "".join(flag for flag, is_set in flags.items() if is_set)


def _packed(post_ids: Sequence[int]) -> bytes:
    return struct.pack(f">{len(post_ids)}Q", *post_ids)


def _understand(reply: list[Any], listed: Listed | None) -> Answer:
    if reply[0] == b"page":
        _, moment, build_id, last, due, blocks, *fields = reply
        items = _items(fields, listed)
        return Found(moment, int.from_bytes(build_id), int.from_bytes(last), items, due == 1, blocks == 1)
    if reply[0] == b"expired":
        return None
    _, moment, feed, sources, mutuals, likes, saves, near, posts = reply
    post_ids = struct.unpack(f">{len(posts) // WIDTH}Q", posts)
    relations = bool(sources or mutuals)
    return Missing(moment, feed > 0, feed > 1, relations, bool(likes), bool(saves), bool(near), post_ids)


def _items(fields: list[Any], listed: Listed | None) -> list[FeedItem]:
    items = []
    way: Way = "latest" if listed else "top"
    for at in range(0, len(fields), FIELDS):
        facts, person, body, followed, mutual, liked, saved, near, seen, close = fields[at : at + FIELDS]
        author, post, likes, comments, _ = facts.split(b" ", 4)
        items.append(
            FeedItem(
                int(post),
                int(author),
                int(likes),
                int(comments),
                mutual == 1,
                liked == 1,
                saved == 1,
                int(near),
                seen == 1,
                person,
                body,
                way if followed else "tag",
                facts,
                close=close == 1,
            )
        )
    return items
