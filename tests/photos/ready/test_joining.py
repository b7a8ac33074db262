import orjson
import pytest

from accounts.standings import Relationship, Standing
from photos.ready.joining import (
    author_part,
    author_part_for,
    card_slots,
    counts_part,
    join_html,
    join_json,
    page_slots,
    tile_slots,
    viewer_part,
)

OPEN, PRIVATE = b"v o 10 20 3 4", b"v p 10 20 3 4"


def parsed(part: bytes) -> dict[str, object]:
    answer: dict[str, object] = orjson.loads(b"{" + part.rstrip(b",") + b"}")
    return answer


def relation(following: bool = False, followed_by: bool = False, blocking: bool = False) -> Relationship:
    return Relationship(following, False, followed_by, blocking, False)


@pytest.mark.parametrize(
    ("who", "follows", "can_comment"),
    [(b"e", False, True), (b"e", None, False), (b"f", False, False), (b"f", True, True), (b"o", True, False)],
)
def test_join_json_puts_each_part_in_its_gap(who: bytes, follows: bool | None, can_comment: bool) -> None:
    joined = join_json(b"<\0|\0>\0" + who, author=b"a", counts=b"c", liked=True, saved=True, follows=follows)

    assert joined == b"<a|c%b>" % viewer_part(liked=True, saved=True, can_comment=can_comment)


@pytest.mark.parametrize(
    ("facts", "following", "posts"), [(OPEN, False, 3), (OPEN, True, 7), (PRIVATE, False, 0), (PRIVATE, True, 7)]
)
@pytest.mark.parametrize("followed_by", [False, True])
def test_author_part_counts_the_posts_that_the_viewer_may_find(
    facts: bytes, following: bool, posts: int, followed_by: bool
) -> None:
    part = author_part(facts, following=following, followed_by=followed_by)

    assert parsed(part) == {
        "follower_count": 10,
        "following_count": 20,
        "post_count": posts,
        "relationship": {
            "following": following,
            "requested": False,
            "followed_by": followed_by,
            "blocking": False,
            "muting": False,
            "close_friend": False,
        },
    }
    assert part == author_part_for(facts, Standing(relation(following, followed_by)))


@pytest.mark.parametrize(
    ("relationship", "posts"), [(None, 3), (relation(blocking=True), 0), (relation(following=True), 7)]
)
def test_author_part_for_any_viewer(relationship: Relationship | None, posts: int) -> None:
    part = parsed(author_part_for(OPEN, Standing(relationship)))

    assert part["post_count"] == posts
    assert (part["relationship"] is None) == (relationship is None)


def test_counts_and_viewer_parts_are_members_of_an_object() -> None:
    viewer = viewer_part(liked=True, saved=False, can_comment=True)
    assert parsed(counts_part(2, 1) + viewer + b'"can_download":true}') == {
        "like_count": 2,
        "comment_count": 1,
        "viewer": {"liked": True, "saved": False, "can_edit": False, "can_comment": True, "can_download": True},
    }


@pytest.mark.parametrize(("reason", "joined"), [(b"why", b"<[why]x>"), (b"", b"<-x>")])
def test_join_html_takes_the_form_that_fits(reason: bytes, joined: bytes) -> None:
    assert join_html(b"<\0(r-\0|[\0r]\0)\0e>", {b"r": reason, b"e": b"x"}) == joined


def test_join_html_refuses_a_gap_it_does_not_know() -> None:
    with pytest.raises(KeyError):
        join_html(b"a\0z", {})


def test_slots_are_escaped() -> None:
    slots = page_slots(csrf_token='"', next_path="/?a=1&b=<") | card_slots(
        liked=True, saved=False, reason="<b>", comments=12, eager=True
    )

    assert slots == {
        b"c": b"&quot;",
        b"n": b"/?a=1&amp;b=&lt;",
        b"o": b"0",
        b"p": b"true",
        b"v": b"1",
        b"k": b"false",
        b"e": b'fetchpriority="high"',
        b"r": b"&lt;b&gt;",
        b"m": b"View <span data-number>12</span> comments",
    }


@pytest.mark.parametrize(("count", "shown"), [(0, b""), (7, b"7"), (1234, b'<span title="1 234">1.2k</span>')])
def test_tile_slots_show_short_counts(count: int, shown: bytes) -> None:
    assert tile_slots(count)[b"l"] == shown
