from typing import Any

from accounts.models import User
from tests.factories import make_post
from tests.photos.web.test_compose import page_of


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
