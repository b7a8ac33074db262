"""Who is in pictures, through the API."""

from typing import Any

import pytest

from accounts.models import User
from photos.models import PersonTag, Post
from photos.services.people import Placed, tag_person
from tests.conftest import AsApp
from tests.factories import make_media, make_post
from tests.photos.api.test_media import problem
from tests.photos.api.test_posts import POSTS

JSON = "application/json"


def names(answer: Any) -> list[str]:
    return [each["user"]["username"] for each in answer.json()["people"]]


def test_post_is_made_with_people_in_it(alma: User, boris: User, as_app: AsApp) -> None:
    media = make_media(alma)
    person = {"media_id": str(media.pk), "username": "boris", "x": 0.5, "y": 0.25}

    answer = as_app(alma).post(POSTS, {"media_ids": [str(media.pk)], "people": [person]}, JSON)

    (told,) = answer.json()["people"]
    assert (answer.status_code, told["media_id"], told["user"]["username"]) == (201, str(media.pk), "boris")
    assert (told["x"], told["y"], told["state"]) == (0.5, 0.25, "shown")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"username": "nobody"}, "people"),
        ({"username": "boris", "x": 2, "y": 0}, "people"),
        ({"username": "boris", "x": 0.5}, "people"),
        ({"username": "boris", "x": "0.5", "y": 0}, "people"),
        ({"username": 7}, "people"),
        ({}, "people"),
    ],
)
def test_post_with_people_who_cannot_be_in_it_is_422_and_not_made(
    alma: User, boris: User, as_app: AsApp, sent: dict[str, Any], field: str
) -> None:
    media = make_media(alma)

    body = {"media_ids": [str(media.pk)], "people": [{"media_id": str(media.pk), **sent}]}
    status, _, fields = problem(as_app(alma).post(POSTS, body, JSON))

    assert (status, {name.partition(".")[0] for name, _ in fields}) == (422, {field})
    assert Post.objects.exists() is False


def test_whole_list_is_changed_with_the_post(alma: User, boris: User, carla: User, as_app: AsApp) -> None:
    post, app = make_post(alma), as_app(alma)
    media = str(post.media.get().pk)

    found = [
        names(
            app.patch(f"{POSTS}/{post.pk}", {"people": [{"media_id": media, "username": each} for each in who]}, JSON)
        )
        for who in (["boris"], ["boris", "carla"], [])
    ]
    untouched = app.patch(f"{POSTS}/{post.pk}", {"title": "x"}, JSON)

    assert (found, names(untouched)) == ([["boris"], ["boris", "carla"], []], [])


def test_person_is_put_into_a_picture_moved_and_taken_out(alma: User, boris: User, as_app: AsApp) -> None:
    post, app = make_post(alma), as_app(alma)
    url, media = f"{POSTS}/{post.pk}/people/boris", str(post.media.get().pk)

    put, moved = (app.put(url, {"media_id": media, "x": x, "y": 0.5}, JSON) for x in (0.1, 0.9))
    gone = [app.delete(url), app.delete(url)]

    assert [each["x"] for answer in (put, moved) for each in answer.json()["people"]] == [0.1, 0.9]
    assert [(each.status_code, names(each)) for each in gone] == [(200, []), (200, [])]


def test_person_allows_what_waits_and_leaves(alma: User, boris: User, carla: User, as_app: AsApp) -> None:
    User.objects.filter(pk=boris.pk).update(approves_tags=True)
    post = make_post(alma)
    tag_person(alma, post, Placed(post.media.get().pk, "boris"))
    url, own, other = f"{POSTS}/{post.pk}", as_app(boris), as_app(carla)
    seen = [names(other.get(url))]

    for change, path in ((own.put, "/approval"), (own.delete, "")):
        answer = change(f"{url}/people/boris{path}")
        seen.append(names(other.get(url)))
        assert answer.status_code == 200

    assert seen == [[], ["boris"], []]
    assert PersonTag.objects.get().state == "removed"


def test_refusing_is_for_good(alma: User, boris: User, as_app: AsApp) -> None:
    User.objects.filter(pk=boris.pk).update(approves_tags=True)
    post, app = make_post(alma), as_app(alma)
    url, sent = f"{POSTS}/{post.pk}/people/boris", {"media_id": str(post.media.get().pk)}
    app.put(url, sent, JSON)

    as_app(boris).delete(f"{url}/approval")

    assert problem(app.put(url, sent, JSON)) == (422, "cannot_tag", [("username", "cannot_tag")])


@pytest.mark.parametrize(("method", "path"), [("delete", ""), ("put", "/approval"), ("delete", "/approval")])
def test_others_answer_for_nobody(alma: User, boris: User, carla: User, as_app: AsApp, method: str, path: str) -> None:
    post = make_post(alma)
    tag_person(alma, post, Placed(post.media.get().pk, "boris"))

    answer = getattr(as_app(carla), method)(f"{POSTS}/{post.pk}/people/boris{path}")

    assert problem(answer) == (404, "not_found", [])
    assert PersonTag.objects.get().state == "shown"


def test_unknown_state_of_tags_is_400(alma: User, as_app: AsApp) -> None:
    assert problem(as_app(alma).get("/rest/v1/me/tags?state=removed")) == (400, "state_unknown", [])
