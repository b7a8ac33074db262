from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.follows import follow_user
from notifications.choices import USUAL
from notifications.models import Choice, Notification, Reader
from photos.services.likes import like_post
from photos.signals import comment_published
from tests.conftest import AsApp, Settled
from tests.factories import make_block, make_post, make_user
from tests.notifications.rows import say

pytestmark = pytest.mark.django_db


def listed(client: Client, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/rest/v1/notifications{query}").json()
    return found


def test_list_has_groups_with_people_post_and_comment(
    alma: User, boris: User, carla: User, as_app: AsApp, settled: Settled
) -> None:
    post = make_post(alma, title="Kiln")
    comment = say(boris, post)
    with settled():
        like_post(boris, post.pk)
        like_post(carla, post.pk)
    with settled():
        comment_published.send(sender=None, comment_id=comment.pk)

    answer = listed(as_app(alma))

    first, second = answer["results"]
    assert (answer["unread"], answer["next"]) == (3, None)
    assert (first["kind"], first["comment"]["text"], first["people_count"]) == ("comment", "What light.", 1)
    assert (second["kind"], second["text"], second["count"]) == ("like", "carla and boris liked your post", 2)
    assert [person["username"] for person in second["people"]] == ["carla", "boris"]
    assert second["people"][0]["relationship"]["following"] is False
    assert (second["post"]["id"], second["post"]["title"], second["unread"]) == (str(post.pk), "Kiln", True)


def test_filter_and_pages_go_together(alma: User, as_app: AsApp, settled: Settled) -> None:
    with settled():
        for _ in range(3):
            like_post(make_user(), make_post(alma).pk)
        follow_user(make_user(), alma)
    client = as_app(alma)

    first = listed(client, "?filter=likes&limit=2")
    rest = client.get(first["next"]).json()

    assert [row["kind"] for row in first["results"] + rest["results"]] == ["like"] * 3
    assert (rest["next"], client.get(first["next"].replace("likes", "all")).status_code) == (None, 400)
    assert client.get("/rest/v1/notifications?filter=x").json()["code"] == "filter_unknown"


def test_reading_up_to_a_notification_leaves_what_came_after_it(
    alma: User, boris: User, as_app: AsApp, settled: Settled
) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)
        like_post(boris, make_post(alma).pk)
    client = as_app(alma)
    newer, older = listed(client)["results"]

    answer = client.post("/rest/v1/notifications/read", {"up_to": older["id"]}, content_type="application/json").json()
    again = client.post("/rest/v1/notifications/read", {"up_to": "1"}, content_type="application/json").json()

    assert answer == {"read_up_to": older["id"], "unread": 1}
    assert again == answer
    assert [row["unread"] for row in listed(client)["results"]] == [True, False]
    assert newer["id"] > older["id"]


def test_reading_up_to_somebody_elses_notification_reads_ones_own_up_to_then(
    alma: User, boris: User, as_app: AsApp, settled: Settled
) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)
    row = Notification.objects.get()

    answer = as_app(boris).post("/rest/v1/notifications/read", {"up_to": str(row.pk)}, content_type="application/json")

    assert (answer.json(), Reader.objects.filter(user=alma).exists()) == ({"read_up_to": "0", "unread": 0}, False)


@pytest.mark.parametrize("up_to", ["", "x", 5, None, "9" * 19, "-1", "\0"])
def test_reading_up_to_what_is_no_id_names_the_field(up_to: object, alma: User, as_app: AsApp) -> None:
    answer = as_app(alma).post("/rest/v1/notifications/read", {"up_to": up_to}, content_type="application/json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "up_to")


def test_nothing_of_somebody_blocked_is_listed_or_counted(
    alma: User, boris: User, as_app: AsApp, settled: Settled
) -> None:
    with settled():
        like_post(boris, make_post(alma).pk)
    client = as_app(alma)
    before = listed(client)["unread"]

    make_block(alma, boris)

    assert (before, listed(client)) == (1, {"results": [], "next": None, "unread": 0})


def test_settings_say_where_each_kind_is_told_and_change_what_is_named(alma: User, as_app: AsApp) -> None:
    client = as_app(alma)
    before = client.get("/rest/v1/me/notifications").json()

    after = client.patch(
        "/rest/v1/me/notifications",
        {"digest": False, "kinds": {"follow": {"mail": False}, "notice": {"in_app": False}, "like": {"in_app": False}}},
        content_type="application/json",
    ).json()

    assert (before["digest"], list(before["kinds"])) == (True, list(USUAL))
    assert (after["digest"], after["kinds"]["follow"]) == (False, {"in_app": True, "push": True, "mail": False})
    assert after["kinds"]["like"] == {"in_app": False, "push": False, "mail": False}
    assert after["kinds"]["notice"] == before["kinds"]["notice"]
    assert sorted(Choice.objects.values_list("kind", flat=True)) == ["follow", "like"]
    assert client.get("/rest/v1/me/notifications").json() == after


def test_time_zone_is_one_of_ones_own_words(alma: User, as_app: AsApp) -> None:
    client = as_app(alma)

    good = client.patch("/rest/v1/me", {"time_zone": "Europe/Vienna"}, content_type="application/json")
    bad = client.patch("/rest/v1/me", {"time_zone": "Vienna"}, content_type="application/json")

    assert (good.json()["time_zone"], bad.status_code) == ("Europe/Vienna", 422)
    assert bad.json()["errors"][0]["code"] == "time_zone_unknown"
