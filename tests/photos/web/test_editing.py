from typing import Any

import pytest

from accounts.models import User
from tests.factories import make_post
from tests.photos.web.test_compose import WORDS, page_of


def test_edit_that_clears_the_place_forgets_the_position_too(alma: User, as_user: Any) -> None:
    post = make_post(alma, location_name="Stoke", latitude=53.0, longitude=-2.2)

    as_user(alma).post(page_of(post, "edit/"), {"audience": "public", "location_name": ""})

    post.refresh_from_db()
    assert (post.location_name, post.latitude, post.longitude) == ("", None, None)


def test_edit_that_takes_a_tag_out_of_the_caption_takes_it_from_the_post(alma: User, as_user: Any) -> None:
    post = make_post(alma, caption="At the #kiln", tags=("kiln", "clay"))
    client = as_user(alma)
    form = client.get(page_of(post, "edit/")).context["form"]

    client.post(page_of(post, "edit/"), {"audience": "public", "caption": "At home", "tags": form.initial["tags"]})

    assert [tag.name for tag in post.tags.all()] == ["clay"]


def test_thumb_asks_again_until_the_picture_is_developed(alma: User, as_user: Any) -> None:
    waiting, done = make_post(alma, state="publishing"), make_post(alma)

    bodies = [
        as_user(alma).get(page_of(post, f"thumb/{post.media.get().pk}/")).content.decode() for post in (waiting, done)
    ]

    assert ["hx-get" in body for body in bodies] == [True, False]
    assert ["<img" in body for body in bodies] == [False, True]


def test_thumb_of_another_post_or_person_is_404(alma: User, boris: User, as_user: Any) -> None:
    post, other = make_post(alma), make_post(alma)
    url, wrong = page_of(post, f"thumb/{post.media.get().pk}/"), page_of(post, f"thumb/{other.media.get().pk}/")

    assert [as_user(boris).get(url).status_code, as_user(alma).get(wrong).status_code] == [404, 404]


def test_alt_asks_for_each_picture(alma: User, as_user: Any) -> None:
    post = make_post(alma, pictures=2)

    answer = as_user(alma).get(page_of(post, "alt/"))

    names = [f"alt_{media.pk}" for media in post.media.order_by("position")]
    assert (answer.status_code, [field.html_name for _, field in answer.context["fields"]]) == (200, names)


def test_alt_keeps_the_words_and_goes_to_the_post(alma: User, as_user: Any) -> None:
    post = make_post(alma, pictures=2)
    first, second = post.media.order_by("position")

    answer = as_user(alma).post(page_of(post, "alt/"), {f"alt_{first.pk}": " One ", f"alt_{second.pk}": ""})

    assert (answer.status_code, answer["Location"]) == (303, page_of(post))
    assert list(post.media.order_by("position").values_list("alt_text", flat=True)) == ["One", ""]


@pytest.mark.parametrize("text", ["x" * 1001, "a\x00b"], ids=["too long", "with NUL"])
def test_alt_with_words_it_cannot_keep_shows_them_again(alma: User, as_user: Any, text: str) -> None:
    post = make_post(alma)
    name = f"alt_{post.media.get().pk}"

    answer = as_user(alma).post(page_of(post, "alt/"), {name: text})

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {name})
    assert (b"x" * 1001 in answer.content or "\x00" in text, post.media.get().alt_text) == (True, "")


def test_alt_of_a_picture_of_another_post_is_left_alone(alma: User, boris: User, as_user: Any) -> None:
    post, foreign = make_post(alma), make_post(boris).media.get()

    as_user(alma).post(page_of(post, "alt/"), {f"alt_{foreign.pk}": "Mine now"})

    foreign.refresh_from_db()
    assert foreign.alt_text == ""


def test_edit_shows_what_is_published(alma: User, as_user: Any) -> None:
    post = make_post(alma, title="Glaze", tags=("clay", "kiln"), audience="followers")

    form = as_user(alma).get(page_of(post, "edit/")).context["form"]

    assert [form[name].value() for name in ("title", "tags", "audience")] == ["Glaze", "clay kiln", "followers"]


def test_edit_saves_and_goes_to_the_post(alma: User, as_user: Any) -> None:
    post = make_post(alma, title="Old", latitude=53.0, longitude=-2.2)

    answer = as_user(alma).post(page_of(post, "edit/"), WORDS)

    post.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, page_of(post))
    assert (post.title, post.audience, post.licence, post.edited_at is None) == ("Glaze", "followers", "cc0", False)
    assert (post.latitude, sorted(post.tags.values_list("name", flat=True))) == (53.0, ["blue", "clay", "kiln"])


@pytest.mark.parametrize(("name", "value"), [("title", "x" * 121), ("title", "x" * 500), ("caption", "x" * 2201)])
def test_edit_with_wrong_words_keeps_them_in_the_form(alma: User, as_user: Any, name: str, value: str) -> None:
    post = make_post(alma, title="Old", caption="Old")

    answer = as_user(alma).post(page_of(post, "edit/"), {**WORDS, name: value})

    post.refresh_from_db()
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {name})
    assert value.encode() in answer.content
    assert (post.title, post.caption) == ("Old", "Old")
