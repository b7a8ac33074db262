"""How long texts are for networks, and how they are made shorter."""

from datetime import UTC, datetime

import pytest

from sharing.networks.base import Publication
from sharing.networks.bluesky import facets, record_key
from sharing.networks.texts import (
    bluesky_length,
    compose,
    graphemes,
    mastodon_length,
    shorten,
    without_names,
    x_length,
)

LINK = "https://photos.example.org/p/3fQ9/"
FAMILY = "👩‍👩‍👧"
FLAG = "🇵🇹"


def publication(title: str = "", caption: str = "", tags: tuple[str, ...] = ()) -> Publication:
    return Publication(77, LINK, title, caption, tags, False, "", datetime(2026, 3, 1, tzinfo=UTC), ())


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        (FAMILY, 1),
        (FLAG, 1),
        (FLAG + FLAG, 2),
        ("👍🏽", 1),
        ("नि", 2),
        ("a\n\nb", 4),
    ],
)
def test_signs_are_what_people_see_and_never_fewer(text: str, signs: int) -> None:
    assert len(graphemes(text)) == signs
    assert "".join(graphemes(text)) == text


def test_bluesky_counts_bytes_where_they_are_many() -> None:
    assert bluesky_length("a" * 300) == 300
    assert bluesky_length(FAMILY * 10) == 18


def test_mastodon_counts_every_address_as_23() -> None:
    assert mastodon_length(f"see {LINK}") == 4 + 23
    assert mastodon_length("http://a.io x") == 25


def test_x_weighs_signs_as_twitter_text_does() -> None:
    assert x_length("hello") == 5
    assert x_length("日本") == 4
    assert x_length(FAMILY) == 2
    assert x_length(f"see {LINK}") == 4 + 23
    assert x_length("see example.com now") == 4 + 23 + 4


def test_all_of_it_goes_where_there_is_room() -> None:
    text = compose(publication("Fog", "On the #river.", ("river", "dawn")), 500, len)

    assert text == f"Fog\n\nOn the #river.\n\n#dawn\n\n{LINK}"


@pytest.mark.parametrize("most", [300, 120, 60])
def test_long_captions_give_way_and_the_link_stays(most: int) -> None:
    text = compose(publication("Fog", "word " * 400, tuple(f"tag{n}" for n in range(30))), most, bluesky_length)

    assert bluesky_length(text) <= most
    assert text.endswith(LINK)
    assert "…" in text


def test_signs_are_never_cut_in_two() -> None:
    text = compose(publication("", FAMILY * 300), 300, bluesky_length)

    kept = text.split("…")[0]
    assert kept == FAMILY * (len(kept) // len(FAMILY))


def test_text_is_cut_between_words() -> None:
    assert shorten("one two three four", 12, len) == "one two…"


def test_names_of_people_here_are_nobody_there() -> None:
    assert without_names("with @boris, mail a@b.org") == "with @\u200bboris, mail a@b.org"


def test_facets_lie_on_links_and_tags_in_bytes() -> None:
    text = f"Überall #nebel\n\n{LINK}#x"

    found = [(each["index"]["byteStart"], each["index"]["byteEnd"], each["features"][0]) for each in facets(text)]

    data = text.encode()
    assert [data[start:end].decode() for start, end, _ in found] == [f"{LINK}#x", "#nebel"]


def test_keys_of_records_are_of_the_post_alone() -> None:
    first, again = record_key(publication()), record_key(publication("Other words"))

    assert first == again
    assert len(first) == 13
