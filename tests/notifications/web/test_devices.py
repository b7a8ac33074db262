from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from notifications.models import PushSubscription
from notifications.services.subscribing import Origin, Wishes
from tests.conftest import AsUser, Settled
from tests.notifications.pushed import add, told_on
from tests.push_service import Device, PushService, push_service

pytestmark = pytest.mark.django_db

URL = "/settings/notifications/devices/"


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service(settings) as running:
        yield running


def test_page_offers_to_tell_on_this_device_and_lists_the_others(
    alma: User, service: PushService, as_user: AsUser
) -> None:
    add(alma, Device(service), Wishes(["like", "tag"], True, "<b>Kitchen</b>"))

    page = as_user(alma).get(URL).content.decode()

    assert "Tell me on this device" in page
    assert "&lt;b&gt;Kitchen&lt;/b&gt;" in page
    assert ("2 kinds of news" in page, "with names and words" in page) == (True, True)


def test_page_does_not_offer_a_device_that_tells_already(alma: User, service: PushService, as_user: AsUser) -> None:
    client = as_user(alma)
    add(alma, Device(service), origin=Origin(device_id=client.session["device"]))

    page = client.get(URL).content.decode()

    assert ("Tell me on this device" in page, "data-push-stop" in page) == (False, True)


def test_page_says_that_push_is_off(alma: User, as_user: AsUser) -> None:
    page = as_user(alma).get(URL).content.decode()

    assert "have not switched that on" in page
    assert "Tell me on this device" not in page


def test_device_is_changed_tried_and_removed_by_forms(
    alma: User, service: PushService, as_user: AsUser, settled: Settled
) -> None:
    client, browser = as_user(alma), told_on(alma, service)
    path = f"{URL}{PushSubscription.objects.get().pk}/"

    client.post(path, {"name": "Kitchen", "kinds": ["tag"], "shows_text": "on"})
    changed = PushSubscription.objects.get()
    with settled():
        client.post(f"{path}trial/")
    client.post(f"{path}remove/")

    assert (changed.name, changed.kinds, changed.shows_text) == ("Kitchen", ["tag"], True)
    assert (len(browser.messages), PushSubscription.objects.count()) == (1, 0)


def test_form_shows_what_is_chosen_and_refuses_what_there_is_not(
    alma: User, service: PushService, as_user: AsUser
) -> None:
    row = add(alma, Device(service), Wishes(["tag"]))
    client = as_user(alma)

    shown = client.get(f"{URL}{row.pk}/").content.decode()
    refused = client.post(f"{URL}{row.pk}/", {"kinds": ["poke"]})

    assert shown.count("checked") == 1
    assert (refused.status_code, PushSubscription.objects.get().kinds) == (422, ["tag"])


def test_list_costs_the_same_for_one_and_three(
    alma: User, service: PushService, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    client = as_user(alma)
    counts = []
    for devices in (1, 2):
        for _ in range(devices):
            add(alma, Device(service))
        client.get(URL)
        with django_assert_max_num_queries(20) as queries:
            client.get(URL)
        counts.append(len(queries))

    assert counts == [2, 2]


def test_worker_is_served_at_the_root_and_asked_for_each_time() -> None:
    answer = Client().get("/sw.js")

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "text/javascript; charset=utf-8",
        "no-cache",
    )
    assert b"caches" not in answer.content
    assert b'addEventListener("fetch"' not in answer.content


def test_command_prints_keys_for_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_push_keys")

    lines = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert list(lines) == ["VAPID_PRIVATE_KEY", "VAPID_SUBJECT"]
    assert len(lines["VAPID_PRIVATE_KEY"]) == 43
