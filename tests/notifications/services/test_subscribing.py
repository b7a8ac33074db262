from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from pytest_django import Settings

from accounts.models import AppPermission, User
from accounts.services.apps import forbid, permit, register_app
from accounts.services.closing import close_account
from core.exceptions import Conflict, InvalidInput, NotFound, RateLimited
from core.outbound import find_target
from notifications.models import Kind, PushSubscription
from notifications.services.subscribing import (
    MOST,
    Origin,
    Receiver,
    Wishes,
    change_subscription,
    subscribe,
    unsubscribe,
)
from notifications.subscriptions import subscriptions_of
from tests.factories import PASSWORD, make_session_device, make_user
from tests.notifications.pushed import add, told_on
from tests.parallel import together
from tests.push_service import Device, PushService, push_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service(settings) as running:
        yield running


def refusal(user: User, receiver: Receiver, wishes: Wishes | None = None) -> str:
    with pytest.raises((InvalidInput, Conflict)) as refused:
        subscribe(user, receiver, Origin(device_id=make_session_device(user).pk), wishes or Wishes())
    return refused.value.code


def test_browser_is_called_what_its_session_is(alma: User, service: PushService) -> None:
    told_on(alma, service)

    (row,) = subscriptions_of(alma)
    assert (row.name, row.kinds, row.shows_text) == ("Firefox on Linux", None, False)


def test_same_endpoint_again_is_updated_and_keeps_what_was_chosen(alma: User, service: PushService) -> None:
    browser = Device(service)
    first = add(alma, browser, Wishes([Kind.TAG], True, "Kitchen"))

    second = add(alma, browser)

    assert second.pk == first.pk
    assert (second.kinds, second.shows_text, second.name) == (["tag"], True, "Kitchen")


def test_browser_with_a_new_endpoint_stays_one(alma: User, service: PushService) -> None:
    session = Origin(device_id=make_session_device(alma).pk)
    add(alma, Device(service), Wishes(shows_text=True), session)
    moved = Device(service)

    add(alma, moved, origin=session)

    (row,) = subscriptions_of(alma)
    assert (row.endpoint, row.shows_text) == (moved.endpoint, True)


def test_endpoint_that_moves_to_another_person_leaves_the_first(alma: User, boris: User, service: PushService) -> None:
    browser = Device(service)
    add(alma, browser)

    add(boris, browser)

    assert [len(subscriptions_of(person)) for person in (alma, boris)] == [0, 1]


def test_one_too_many_takes_the_place_of_the_longest_unused(alma: User, service: PushService) -> None:
    rows = [add(alma, Device(service)) for _ in range(MOST)]
    PushSubscription.objects.update(used_at=timezone.now())
    PushSubscription.objects.filter(pk=rows[5].pk).update(used_at=timezone.now() - timedelta(days=9))

    newest = add(alma, Device(service))

    left = {row.pk for row in subscriptions_of(alma)}
    assert left == {row.pk for row in rows} - {rows[5].pk} | {newest.pk}


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_with_one_endpoint_leave_one_row(service: PushService) -> None:
    people, browser = [make_user() for _ in range(4)], Device(service)
    origins = [Origin(device_id=make_session_device(each).pk) for each in people]

    together([partial(add, who, browser, origin=at) for who, at in zip(people, origins, strict=True)])

    assert PushSubscription.objects.count() == 1


def test_what_cannot_be_sent_to_is_refused_and_not_kept(alma: User, service: PushService) -> None:
    device = Device(service)
    keys = device.keys

    refused = [
        refusal(alma, Receiver("https://127.0.0.1/x", **keys)),
        refusal(alma, Receiver("https://10.0.0.1/x", **keys)),
        refusal(alma, Receiver("https://no-such-name.invalid/x", **keys)),
        refusal(alma, Receiver("http://localhost/x", **keys)),
        refusal(alma, Receiver(device.endpoint, keys["auth"], keys["auth"])),
        refusal(alma, Receiver(device.endpoint, keys["p256dh"], keys["p256dh"])),
        refusal(alma, Receiver(device.endpoint, "B" * 87, keys["auth"])),
        refusal(alma, Receiver(device.endpoint, **keys), Wishes(kinds=["poke"])),
    ]

    assert refused == ["endpoint_refused"] * 4 + ["keys_invalid"] * 3 + ["kind_unknown"]
    assert PushSubscription.objects.count() == 0


def test_push_that_is_off_says_so(alma: User, service: PushService, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    device = Device(service)

    assert refusal(alma, Receiver(device.endpoint, **device.keys)) == "push_off"


def test_too_many_subscriptions_in_an_hour_are_refused(alma: User, service: PushService, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "push": (1, 3600)}
    add(alma, Device(service))

    with pytest.raises(RateLimited):
        add(alma, Device(service))


def test_kinds_words_and_name_can_be_changed(alma: User, service: PushService) -> None:
    row = add(alma, Device(service))

    few = change_subscription(alma, row.pk, Wishes([Kind.TAG, Kind.LIKE, Kind.TAG], True, " My\tphone "))
    every = change_subscription(alma, row.pk, Wishes(Kind.values))
    none = change_subscription(alma, row.pk, Wishes([]))

    assert (few.kinds, few.shows_text, few.name) == (["like", "tag"], True, "My phone")
    assert (every.kinds, none.kinds) == (None, [])


def test_another_persons_subscription_is_not_there(alma: User, boris: User, service: PushService) -> None:
    row = add(alma, Device(service))

    with pytest.raises(NotFound):
        change_subscription(boris, row.pk, Wishes([]))
    with pytest.raises(NotFound):
        unsubscribe(boris, row.pk)

    assert PushSubscription.objects.get().kinds is None


def test_app_that_is_forbidden_has_no_subscription_any_more(alma: User, service: PushService) -> None:
    app, _ = register_app(name="Darkroom", redirect_uris=["org.example.darkroom:/done"], scopes=["push"])
    permit(alma, app, ["push"])
    make_app_token(alma, app)
    add(alma, Device(service), origin=Origin(app_id=app.pk))
    before = len(subscriptions_of(alma))

    forbid(alma, AppPermission.objects.get().pk)

    assert (before, len(subscriptions_of(alma))) == (1, 0)


def test_closed_account_has_no_subscription_any_more(alma: User, service: PushService) -> None:
    told_on(alma, service)

    close_account(alma, password=PASSWORD, address="203.0.113.9")

    assert PushSubscription.objects.count() == 0


def make_app_token(user: User, app: object) -> None:
    expires = timezone.now() + timedelta(hours=1)
    get_access_token_model().objects.create(user=user, application=app, token="x" * 40, expires=expires, scope="push")


def test_target_of_the_tests_is_allowed_by_name_alone(service: PushService) -> None:
    assert find_target(f"{service.origin}/x").places == ("127.0.0.1",)
