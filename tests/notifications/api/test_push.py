from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from notifications.models import PushSubscription
from tests.conftest import AsApp, AsUser, Settled
from tests.notifications.pushed import add
from tests.push_service import Device, PushService, encode, point, push_service, site_key

pytestmark = pytest.mark.django_db

URL = "/rest/v1/push-subscriptions"


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service(settings) as running:
        yield running


def send(client: Client, device: Device, **more: Any) -> Any:
    """As a browser does it: `PushSubscription.toJSON()` and what we add."""
    body = {"endpoint": device.endpoint, "expirationTime": None, "keys": device.keys, **more}
    return client.post(URL, body, content_type="application/json")


def test_app_with_the_scope_is_subscribed_and_tried(
    alma: User, service: PushService, as_app: AsApp, settled: Settled
) -> None:
    app, device = as_app(alma, "push", "read"), Device(service)

    made = send(app, device, kinds=["comment"], name="Darkroom")
    with settled():
        tried = app.post(f"{URL}/{made.json()['id']}/trial")

    told = {name: made.json()[name] for name in ("endpoint", "kinds", "shows_text", "name", "used_at")}
    assert (made.status_code, tried.status_code, len(device.messages)) == (201, 200, 1)
    assert told == {
        "endpoint": device.endpoint,
        "kinds": ["comment"],
        "shows_text": False,
        "name": "Darkroom",
        "used_at": None,
    }


def test_same_endpoint_again_is_no_new_one(alma: User, service: PushService, as_app: AsApp) -> None:
    app, device = as_app(alma, "push"), Device(service)
    first = send(app, device, kinds=["comment"])

    second = send(app, device, kinds=None)

    assert (second.status_code, second.json()["id"], second.json()["kinds"]) == (200, first.json()["id"], None)


def test_list_says_the_key_of_the_site_and_none_of_the_browsers(
    alma: User, service: PushService, as_app: AsApp
) -> None:
    device = Device(service)
    add(alma, device)

    answer = as_app(alma, "read").get(URL)

    assert answer.json()["server_key"] == encode(point(site_key()))
    assert [row["name"] for row in answer.json()["results"]] == ["Firefox on Linux"]
    assert device.keys["auth"] not in answer.content.decode()


def test_token_without_the_scope_may_only_read(alma: User, service: PushService, as_app: AsApp) -> None:
    app = as_app(alma, "read", "write")
    row = add(alma, Device(service))

    refused = [
        send(app, Device(service)),
        app.patch(f"{URL}/{row.pk}", {}, content_type="application/json"),
        app.delete(f"{URL}/{row.pk}"),
        app.post(f"{URL}/{row.pk}/trial"),
    ]

    assert [answer.status_code for answer in refused] == [403] * 4
    assert app.get(f"{URL}/{row.pk}").status_code == 200


def test_browser_subscribes_by_its_session(alma: User, service: PushService, as_user: AsUser) -> None:
    client = as_user(alma)

    made = send(client, Device(service))

    assert (made.status_code, PushSubscription.objects.get().device_id) == (201, client.session["device"])


def test_subscription_is_changed_and_deleted(alma: User, service: PushService, as_app: AsApp) -> None:
    app, row = as_app(alma, "push"), add(alma, Device(service))

    changed = app.patch(f"{URL}/{row.pk}", {"shows_text": True, "kinds": []}, content_type="application/json")
    deleted = app.delete(f"{URL}/{row.pk}")

    assert (changed.json()["shows_text"], changed.json()["kinds"]) == (True, [])
    assert (deleted.status_code, PushSubscription.objects.count()) == (204, 0)


def test_site_without_push_says_so(alma: User, service: PushService, as_app: AsApp, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    app = as_app(alma, "push", "read")

    refused = send(app, Device(service))

    assert (refused.status_code, refused.json()["code"]) == (409, "push_off")
    assert app.get(URL).json()["server_key"] is None


def test_words_that_are_no_subscription_are_refused_by_field(alma: User, service: PushService, as_app: AsApp) -> None:
    app = as_app(alma, "push")

    refused = app.post(URL, {"endpoint": "https://[", "keys": {"p256dh": "x", "auth": "y"}}, "application/json")
    empty = app.post(URL, {}, content_type="application/json")

    assert (refused.status_code, refused.json()["code"]) == (422, "keys_invalid")
    assert {error["field"] for error in empty.json()["errors"]} == {"endpoint", "keys"}
