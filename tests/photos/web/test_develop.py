from typing import Any

import pytest

from accounts.models import User
from photos.models import Media
from tests.factories import make_media, make_post
from tests.photos.web.test_compose import page_of

AT_REST = {
    "ratio": "original",
    "rotate": "0",
    "straighten": "0",
    "look": "",
    "strength": "100",
    "brightness": "0",
    "contrast": "0",
    "warmth": "0",
    "fade": "0",
}
SQUARE = {"x": 0.16667, "y": 0.0, "width": 0.66667, "height": 1.0}
BY_AN_APP = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.6}


def photo_of(owner: User, **fields: Any) -> Media:
    """A photo of 1200 x 800 in a post of its own."""
    post = make_post(owner, pictures=0)
    return make_media(owner, post, original_width=1200, original_height=800, **fields)


def develop_page(media: Media) -> str:
    assert media.post is not None
    return page_of(media.post, f"develop/{media.pk}/")


def recipe_of(media: Media) -> Any:
    media.refresh_from_db()
    return media.recipe


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, None),
        ({"rotate": "90"}, {"rotate": 90}),
        ({"straighten": "-2.5"}, {"straighten": -2.5}),
        ({"look": "dusk", "strength": "60"}, {"look": "dusk", "strength": 60}),
        ({"look": "dusk"}, {"look": "dusk"}),
        ({"brightness": "10", "fade": "5"}, {"brightness": 10, "fade": 5}),
        ({"ratio": "1:1"}, {"crop": SQUARE}),
        ({"ratio": "3:2"}, None),
        ({"ratio": "16:9"}, {"crop": {"x": 0.0, "y": 0.07812, "width": 1.0, "height": 0.84375}}),
        (
            {"ratio": "3:2", "rotate": "90"},
            {"rotate": 90, "crop": {"x": 0.0, "y": 0.27778, "width": 1.0, "height": 0.44444}},
        ),
    ],
)
def test_develop_saves_what_was_chosen(alma: User, as_user: Any, words: dict[str, str], expected: Any) -> None:
    media = photo_of(alma)

    answer = as_user(alma).post(develop_page(media), AT_REST | words)

    assert (answer.status_code, answer["Location"]) == (303, develop_page(media).split("develop/")[0])
    assert recipe_of(media) == (expected and {"version": 1, **expected})


@pytest.mark.parametrize(
    ("recipe", "ratio"),
    [(None, "original"), ({"crop": SQUARE}, "1:1"), ({"crop": BY_AN_APP}, "as-it-is")],
)
def test_develop_shows_the_recipe_and_saves_it_unchanged(
    alma: User, as_user: Any, recipe: dict[str, Any] | None, ratio: str
) -> None:
    full = recipe and {"version": 1, **recipe, "brightness": 10, "look": "tide", "strength": 40}
    media = photo_of(alma, recipe=full)
    form = as_user(alma).get(develop_page(media)).context["form"]

    as_user(alma).post(develop_page(media), {name: form[name].value() for name in form.fields})

    assert form["ratio"].value() == ratio
    assert (recipe_of(media), media.revision) == (full, 0)


def test_develop_that_turns_keeps_the_same_part_of_a_crop_by_an_app(alma: User, as_user: Any) -> None:
    media = photo_of(alma, recipe={"version": 1, "crop": BY_AN_APP})

    as_user(alma).post(develop_page(media), AT_REST | {"ratio": "as-it-is", "rotate": "90"})

    assert recipe_of(media)["crop"] == {"x": 0.2, "y": 0.1, "width": 0.6, "height": 0.5}


def test_develop_offers_to_keep_a_crop_only_if_there_is_one(alma: User, as_user: Any) -> None:
    media = photo_of(alma, recipe={"version": 1, "crop": SQUARE})

    answer = as_user(alma).post(develop_page(media), AT_REST | {"ratio": "as-it-is"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ratio"])


def test_develop_reset_brings_the_picture_back_as_taken(alma: User, as_user: Any) -> None:
    media = photo_of(alma, recipe={"version": 1, "rotate": 90, "look": "tide"})

    answer = as_user(alma).post(develop_page(media), AT_REST | {"rotate": "45", "reset": "1"})

    assert (answer.status_code, recipe_of(media), media.revision) == (303, None, 1)


def test_develop_offers_reset_only_if_there_is_a_recipe(alma: User, as_user: Any) -> None:
    pages = [as_user(alma).get(develop_page(photo_of(alma, recipe=each))) for each in (None, {"rotate": 90})]

    assert [b'name="reset"' in page.content for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"ratio": "2:1"}, "ratio"),
        ({"rotate": "45"}, "rotate"),
        ({"look": "sunset"}, "look"),
        ({"straighten": "20"}, "straighten"),
        ({"straighten": "nan"}, "straighten"),
        ({"brightness": "101"}, "brightness"),
        ({"fade": "-1"}, "fade"),
        ({"strength": "much"}, "strength"),
        ({"contrast": ""}, "contrast"),
    ],
)
def test_develop_says_at_its_field_what_is_wrong_and_changes_nothing(
    alma: User, as_user: Any, words: dict[str, str], field: str
) -> None:
    media = photo_of(alma, recipe={"version": 1, "rotate": 180})

    answer = as_user(alma).post(develop_page(media), AT_REST | words)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (recipe_of(media), media.revision) == ({"version": 1, "rotate": 180}, 0)


def test_develop_of_a_picture_too_long_for_a_shape_says_so_at_the_shape(alma: User, as_user: Any) -> None:
    media = make_media(alma, make_post(alma, pictures=0), original_width=20000, original_height=100)

    answer = as_user(alma).post(develop_page(media), AT_REST | {"ratio": "1:1"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ratio"])


def test_develop_of_a_picture_of_another_person_or_post_is_404_and_changes_nothing(
    alma: User, boris: User, as_user: Any
) -> None:
    media, other = photo_of(alma), photo_of(alma)
    assert media.post is not None
    wrong = page_of(media.post, f"develop/{other.pk}/")

    answers = [
        as_user(boris).post(develop_page(media), AT_REST | {"rotate": "90"}),
        as_user(alma).post(wrong, AT_REST | {"rotate": "90"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [recipe_of(media), recipe_of(other)] == [None, None]


def test_develop_of_a_video_is_404(alma: User, as_user: Any) -> None:
    media = photo_of(alma, kind="video")

    assert as_user(alma).get(develop_page(media)).status_code == 404


def test_develop_for_nobody_in_particular_leads_to_the_log_in(alma: User, as_user: Any) -> None:
    answer = as_user(None).get(develop_page(photo_of(alma)))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")
