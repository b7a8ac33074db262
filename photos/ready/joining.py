"""Finished bytes for one viewer from a ready card: no query, no template, no rule, only what goes into its gaps.

The gaps of a JSON card are two NULs; behind a third stands who may comment, as a letter: e everyone, f followers, o
nobody. In HTML a gap is a NUL and the letter of what goes in: c the CSRF token, n where to come back to, o the value of
the like form, p whether it is pressed, v and k the same of the save form, e how the first picture loads, r why it is
shown, l how many like it, m how many comments it has, in words. A NUL, "(" and a letter begin what stands there when
that is empty, NUL and "|" what stands there when it is not, NUL and ")" end both. What people write has no NUL in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from html import escape

import orjson
from django.conf import settings
from django.utils.translation import override

from accounts.ready import read_person
from accounts.standings import Relationship, Standing
from core.templatetags.numbers import compact
from photos.cards import comments_label

LAZY = b'loading="lazy" decoding="async"'
EAGER = b'fetchpriority="high"'
NUL = b"\0"
NULL = b"null"

_VIEWERS = {
    (liked, saved, can_comment): b'"viewer":{"liked":%b,"saved":%b,"can_edit":false,"can_comment":%b,'
    % (orjson.dumps(liked), orjson.dumps(saved), orjson.dumps(can_comment))
    for liked in (False, True)
    for saved in (False, True)
    for can_comment in (False, True)
}


def join_json(body: bytes, *, author: bytes, counts: bytes, liked: bool, saved: bool, follows: bool | None) -> bytes:
    """A Post of the API; the parts are those of `author_part` and `counts_part`.

    `follows`: the viewer follows its author; None for nobody.
    """
    head, middle, tail, who = body.split(NUL)
    can_comment = follows is not None and lets_comment(who, follows=follows)
    viewer = viewer_part(liked=liked, saved=saved, can_comment=can_comment)
    return b"".join((head, author, middle, counts, viewer, tail))


def author_part(person_facts: bytes, *, following: bool, followed_by: bool, close: bool = False) -> bytes:
    """What of the author moves, for a viewer who has neither asked to follow, blocked nor muted them.

    `close`: the viewer is on the author's list of close friends.
    """
    return _author_part(person_facts, _RELATIONSHIPS[following, followed_by], following, close=close)


def author_part_for(person_facts: bytes, standing: Standing) -> bytes:
    """The same for any viewer, who stands so to the author."""
    relationship = standing.relationship
    follows = relationship is not None and relationship.following
    hidden = relationship is not None and relationship.blocking
    return _author_part(
        person_facts,
        orjson.dumps(relationship and asdict(relationship)),
        follows,
        close=standing.is_close,
        hidden=hidden,
    )


def counts_part(like_count: int | None, comment_count: int) -> bytes:
    """None is for a number that the author hides."""
    likes = NULL if like_count is None else b"%d" % like_count
    return b'"like_count":%b,"comment_count":%d,' % (likes, comment_count)


def lets_comment(who: bytes, *, follows: bool) -> bool:
    """Whether somebody may comment who is not the author; `who` is the letter of a card."""
    return who == b"e" or (follows and who == b"f")


def viewer_part(*, liked: bool, saved: bool, can_comment: bool) -> bytes:
    """For viewers who are not the author; what follows is in the card."""
    return _VIEWERS[liked, saved, can_comment]


def join_html(body: bytes, slots: Mapping[bytes, bytes]) -> bytes:
    """The HTML with its gaps filled; KeyError for a gap that `slots` does not know."""
    return join_pieces(body.split(NUL), slots)


def join_pieces(divided: Sequence[bytes], slots: Mapping[bytes, bytes]) -> bytes:
    """The same for a body that is `divided` at its NULs."""
    text, *pieces = divided
    parts, shown = [text], True
    for piece in pieces:
        mark, text = piece[:1], piece[1:]
        if mark == b"(":
            shown, text = not slots[text[:1]], text[1:]
        elif mark == b"|":
            shown = not shown
        elif mark == b")":
            shown = True
        elif shown:
            parts.append(slots[mark])
        if shown:
            parts.append(text)
    return b"".join(parts)


def page_slots(*, csrf_token: str, next_path: str) -> dict[bytes, bytes]:
    """What is the same in every card of one page. `next_path` is the address of the page."""
    return {b"c": escape(csrf_token).encode(), b"n": escape(next_path).encode()}


def card_slots(*, liked: bool, saved: bool, reason: str, comments: int, eager: bool = False) -> dict[bytes, bytes]:
    """What differs from card to card; `reason` is plain text, "" for none, `comments` how many there are."""
    return {
        b"o": b"0" if liked else b"1",
        b"p": b"true" if liked else b"false",
        b"v": b"0" if saved else b"1",
        b"k": b"true" if saved else b"false",
        b"e": EAGER if eager else LAZY,
        b"r": escape(reason).encode(),
        b"m": _comments_slot(comments),
    }


@lru_cache(1024)
def _comments_slot(count: int) -> bytes:
    with override(settings.LANGUAGE_CODE):  # that of the cards
        return comments_label(count).encode()


def tile_slots(like_count: int | None, *, eager: bool = False) -> dict[bytes, bytes]:
    """For tiles of both kinds."""
    return {b"l": compact(like_count).encode() if like_count else b"", b"e": b"" if eager else LAZY}


def _author_part(facts: bytes, relationship: bytes, follows: bool, *, close: bool, hidden: bool = False) -> bytes:
    person = read_person(facts)
    posts = person.close_friend_posts if close else 0
    if follows or not person.is_private:
        posts += person.public_posts + (person.follower_posts if follows else 0)
    return b'"follower_count":%b,"following_count":%b,"post_count":%d,"relationship":%b' % (
        NULL if person.hides_counts else b"%d" % person.followers,
        NULL if person.hides_counts else b"%d" % person.following,
        0 if hidden else posts,
        relationship,
    )


_RELATIONSHIPS = {
    (following, followed_by): orjson.dumps(
        asdict(
            Relationship(following=following, requested=False, followed_by=followed_by, blocking=False, muting=False)
        )
    )
    for following in (False, True)
    for followed_by in (False, True)
}
