"""Cards that a process has read lately."""

import time

import pytest

from feeds.services.near import PRIVATE_SECONDS, PUBLIC_SECONDS, NearCards, check_of


def test_card_comes_back_whole_and_divided() -> None:
    cards = NearCards()

    put = cards.put(b"a", b"one\0two", is_public=True)

    assert put == cards.get(b"a") == (b"one\0two", [b"one", b"two"], check_of(b"one\0two"))
    assert cards.get(b"b") is None


def test_oldest_cards_go_when_there_are_too_many_bytes() -> None:
    cards = NearCards(most_bytes=60)
    for name in (b"a", b"b", b"c"):
        cards.put(name, b"0123456789", is_public=True)
    cards.put(b"a", b"9876543210", is_public=True)

    cards.put(b"d", b"0123456789", is_public=True)

    assert [cards.get(name) is not None for name in (b"a", b"b", b"c", b"d")] == [True, False, True, True]


def test_card_larger_than_the_room_is_not_kept() -> None:
    cards = NearCards(most_bytes=10)

    cards.put(b"a", b"0123456789", is_public=True)

    assert cards.get(b"a") is None


def test_cleared_cards_are_gone_and_leave_their_room() -> None:
    cards = NearCards(most_bytes=20)
    cards.put(b"a", b"0123456789", is_public=True)
    cards.clear()

    cards.put(b"b", b"0123456789", is_public=True)

    assert [cards.get(b"a"), cards.get(b"b") is None] == [None, False]


@pytest.mark.parametrize(("is_public", "seconds"), [(True, PUBLIC_SECONDS), (False, PRIVATE_SECONDS)])
@pytest.mark.parametrize(("later", "there"), [(-1, True), (1, False)])
def test_card_is_not_used_longer_than_its_addresses_live(
    monkeypatch: pytest.MonkeyPatch, is_public: bool, seconds: int, later: int, there: bool
) -> None:
    cards, now = NearCards(), time.monotonic()
    monkeypatch.setattr("feeds.services.near.time.monotonic", lambda: now)
    cards.put(b"a", b"x", is_public=is_public)

    monkeypatch.setattr("feeds.services.near.time.monotonic", lambda: now + seconds + later)

    assert (cards.get(b"a") is not None) is there
