from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from core.exceptions import InvalidInput
from photos.services.drafts import PostDraft, clean_alt_text, clean_draft
from tests.factories import make_post

POST_COLUMNS: dict[str, Any] = {
    "title": "Glaze",
    "caption": "One #Kiln day",
    "location_name": "Stoke",
    "latitude": 53.0,
    "longitude": -2.2,
    "audience": "followers",
    "sensitive": True,
    "spoiler": "A burn",
    "comments": "off",
    "downloads": True,
    "licence": "cc0",
}


def problems(**words: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        clean_draft(PostDraft(**words))
    return [(each.field, each.code) for each in caught.value.errors]


def test_clean_draft_of_nothing_said_is_a_public_post_with_no_words() -> None:
    assert clean_draft(PostDraft()) == PostDraft(audience="public", comments="everyone", licence="all_rights")


def test_clean_draft_tidies_every_line() -> None:
    draft = clean_draft(
        PostDraft(title="  a \t b\n", location_name=" x  y ", spoiler=" s ", caption="\r\n one\r\ntwo \n")
    )

    assert draft == PostDraft(title="a b", location_name="x y", spoiler="s", caption="one\ntwo")


def test_clean_draft_folds_tags_and_joins_those_of_the_caption() -> None:
    draft = clean_draft(PostDraft(tags=("#Kiln", "KILN", " ", "Ünï"), caption="on #Glaze and #kiln"))

    assert draft.tags == ("glaze", "kiln", "ünï")


@pytest.mark.parametrize(
    ("name", "limit"), [("title", 120), ("caption", 2200), ("location_name", 100), ("spoiler", 100)]
)
def test_clean_draft_allows_exactly_the_limit_of_each_text(name: str, limit: int) -> None:
    longest = replace(PostDraft(), **{name: "ü" * limit})  # type: ignore[arg-type]

    assert clean_draft(longest) == longest
    assert problems(**{name: "ü" * (limit + 1)}) == [(name, "too_long")]


@pytest.mark.parametrize("name", ["title", "caption", "location_name", "spoiler"])
def test_clean_draft_refuses_a_sign_the_database_cannot_keep(name: str) -> None:
    assert problems(**{name: "a\x00b"}) == [(name, "invalid")]


@pytest.mark.parametrize("name", ["audience", "comments", "licence"])
@pytest.mark.parametrize("value", ["", "everybody", "PUBLIC", "closefriends"])
def test_clean_draft_refuses_an_unknown_choice(name: str, value: str) -> None:
    assert problems(**{name: value}) == [(name, "unknown_choice")]


@pytest.mark.parametrize(
    ("tags", "codes"),
    [
        (tuple(f"t{n}" for n in range(31)), ["too_many"]),
        (("x" * 65,), ["too_long"]),
        (("two words",), ["invalid"]),
        (("a-b",), ["invalid"]),
        (("<b>",), ["invalid"]),
        (("a\x00b",), ["invalid"]),
    ],
)
def test_clean_draft_refuses_what_is_no_tag(tags: tuple[str, ...], codes: list[str]) -> None:
    assert problems(tags=tags) == [("tags", code) for code in codes]


def test_clean_draft_allows_thirty_tags_of_64_signs() -> None:
    tags = tuple(f"{n:02}_" + "x" * 61 for n in range(30))

    assert clean_draft(PostDraft(tags=tags)).tags == tags


@pytest.mark.parametrize(
    ("latitude", "longitude", "found"),
    [
        (1.0, None, [("location", "incomplete")]),
        (None, 1.0, [("location", "incomplete")]),
        (90.1, 0.0, [("location.latitude", "out_of_range")]),
        (0.0, -180.1, [("location.longitude", "out_of_range")]),
        (float("nan"), float("inf"), [("location.latitude", "out_of_range"), ("location.longitude", "out_of_range")]),
    ],
)
def test_clean_draft_refuses_a_place_that_is_none(
    latitude: float | None, longitude: float | None, found: list[tuple[str, str]]
) -> None:
    assert problems(latitude=latitude, longitude=longitude) == found


def test_clean_draft_names_everything_that_is_wrong_at_once() -> None:
    assert problems(title="x" * 121, audience="all", tags=("a b",), latitude=1.0) == [
        ("title", "too_long"),
        ("audience", "unknown_choice"),
        ("tags", "invalid"),
        ("location", "incomplete"),
    ]


def test_post_draft_of_a_post_is_what_is_published(alma: User) -> None:
    post = make_post(alma, tags=("kiln", "clay"), **POST_COLUMNS)

    assert PostDraft.of(post) == PostDraft(**POST_COLUMNS, tags=("clay", "kiln"))


def test_post_draft_changed_ignores_what_it_does_not_know() -> None:
    draft = PostDraft(title="a")

    assert draft.changed({"author": 1, "like_count": 9, "state": "published", "files": []}) == draft


def test_post_draft_changed_caption_brings_its_own_tags_and_keeps_the_others() -> None:
    before = PostDraft(caption="on #glaze", tags=("glaze", "kiln"))

    after = clean_draft(before.changed({"caption": "on #clay"}))

    assert (after.caption, after.tags) == ("on #clay", ("clay", "kiln"))


@pytest.mark.parametrize(("text", "kept"), [("", ""), ("  a\n", "a"), ("ü" * 1000, "ü" * 1000)])
def test_clean_alt_text_trims(text: str, kept: str) -> None:
    assert clean_alt_text(text) == kept


@pytest.mark.parametrize(("text", "code"), [("ü" * 1001, "too_long"), ("a\x00", "invalid")])
def test_clean_alt_text_refuses_what_cannot_be_kept(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_alt_text(text)

    assert [(each.field, each.code) for each in caught.value.errors] == [("alt_text", code)]
