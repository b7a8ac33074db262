import re

import pytest

from accounts.models import User
from notifications.choices import USUAL, Channels, channels_of
from notifications.models import Choice, Reader
from tests.conftest import AsUser

pytestmark = pytest.mark.django_db


def ticked(html: str) -> set[str]:
    """The names of the ticks that are on."""
    boxes = re.findall(r'<input type="checkbox"\s+name="([\w-]+)"[^>]*?>', html)
    return {name for name in boxes if "-" in name and re.search(rf'name="{name}"[^>]*checked', html)}


def usual_ticks() -> set[str]:
    return {
        f"{kind}-{channel}"
        for kind, channels in USUAL.items()
        for channel in ("in_app", "push", "mail")
        if getattr(channels, channel)
    }


def test_page_shows_what_is_usual_to_who_never_chose(alma: User, as_user: AsUser) -> None:
    html = as_user(alma).get("/settings/notifications/").text

    assert ticked(html) == usual_ticks()


def test_saving_keeps_what_is_ticked_the_digest_and_the_time_zone(alma: User, as_user: AsUser) -> None:
    client = as_user(alma)
    sent = dict.fromkeys(usual_ticks() - {"like-in_app"} | {"comment_like-push"}, "on") | {"time_zone": "Asia/Tokyo"}

    response = client.post("/settings/notifications/", sent)

    alma.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, "/settings/notifications/")
    assert (alma.time_zone, Reader.objects.get().wants_digest) == ("Asia/Tokyo", False)
    assert sorted(Choice.objects.values_list("kind", flat=True)) == ["comment_like", "like"]
    assert channels_of(alma.pk)["like"] == Channels(in_app=False, push=False, mail=False)
    assert ticked(client.get("/settings/notifications/").text) == (
        usual_ticks() - {"like-in_app", "like-mail"} | {"comment_like-push"}
    )


def test_nobody_can_do_without_requests_failures_and_notices(alma: User, as_user: AsUser) -> None:
    as_user(alma).post("/settings/notifications/", {"time_zone": "UTC"})

    on = {kind for kind, channels in channels_of(alma.pk).items() if channels.in_app}
    assert on == {"request", "upload_failed", "notice"}


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "EST5EDT", "Europe/Vienna\0"])
def test_time_zone_in_which_nobody_lives_is_refused_and_nothing_is_kept(zone: str, alma: User, as_user: AsUser) -> None:
    response = as_user(alma).post("/settings/notifications/", {"time_zone": zone})

    alma.refresh_from_db()
    assert (response.status_code, alma.time_zone, Choice.objects.count()) == (422, "UTC", 0)
