"""Devices: recognised by the cookie of their browser, told by mail when new, over at once when ended."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Device, SecurityEvent, User
from accounts.selectors import devices_of
from accounts.services.devices import end_device, end_other_devices, forget_devices
from accounts.sessions import SessionStore, kept_as
from accounts.snapshots import find_by_session
from core.exceptions import NotFound
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_device, make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(client: Client, name: str = "alma") -> Client:
    headers = {"User-Agent": FIREFOX}
    assert client.post("/login/", {"username": name, "password": PASSWORD}, headers=headers).status_code == 303
    return client


def kinds(user: User) -> list[str]:
    return list(SecurityEvent.objects.filter(user=user).order_by("id").values_list("kind", flat=True))


def key_of(client: Client) -> str:
    return client.cookies["session"].value


def is_in(client: Client) -> bool:
    return client.get("/settings/sessions/").status_code == 200


def test_first_device_is_noted_and_no_news(alma: User, settled: Settled) -> None:
    client = Client()
    with settled():
        log_in(client)

    device = Device.objects.get()
    assert (device.user, device.name, device.address) == (alma, "Firefox on Linux", "127.0.0.1")
    assert device.session == kept_as(key_of(client))
    assert (kinds(alma), mail.outbox) == (["logged_in"], [])


def test_new_device_is_told_by_mail_with_time_device_and_address(alma: User, settled: Settled) -> None:
    log_in(Client())

    with settled(), time_machine.travel("2026-06-01T12:34:00Z", tick=False):
        log_in(Client(REMOTE_ADDR="203.0.113.9"))

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["alma@example.org"], "A log-in to Contact Sheet on a new device")
    for words in ("Firefox on Linux", "01 Jun 2026, 12:34 UTC", "203.0.113.9", "/settings/security/"):
        assert words in str(sent.body)
        assert words in str(sent.message())
    assert kinds(alma) == ["logged_in", "new_device"]


def test_browser_that_logged_in_before_is_known_by_its_cookie(alma: User, settled: Settled) -> None:
    log_in(Client())
    client = log_in(Client())
    client.post("/logout/")

    with settled():
        log_in(client)

    assert mail.outbox == []
    assert kinds(alma)[-2:] == ["logged_out", "logged_in"]


def test_cookie_is_long_lived_and_out_of_reach_for_scripts(alma: User) -> None:
    cookie = log_in(Client()).cookies["device"]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        *(True, "Lax", "/"),
        180 * 86400,
    )
    assert cookie.value not in str(list(Device.objects.values()))


def test_cookie_is_one_browser_for_each_person_and_links_nobody(alma: User, boris: User, settled: Settled) -> None:
    log_in(Client(), "boris")
    client = log_in(Client())
    client.post("/logout/")

    with settled():
        log_in(client, "boris")

    assert [each.to for each in mail.outbox] == [["boris@example.org"]]
    assert Device.objects.values("browser").distinct().count() == 3


@pytest.mark.parametrize("planted", ["", "x", "a" * 44, "ä" * 43])
def test_cookie_that_is_not_ours_is_replaced(alma: User, planted: str) -> None:
    client = Client()
    client.cookies["device"] = planted

    log_in(client)

    assert len(client.cookies["device"].value) == 43
    assert client.cookies["device"].value != planted


def test_sign_up_sends_no_mail_about_a_device(db: None, settled: Settled) -> None:
    with settled():
        Client().post("/signup/", {"username": "nora", "email": "nora@example.org", "password": PASSWORD})

    assert [each.subject for each in mail.outbox if "device" in each.subject] == []


def test_session_key_is_nowhere_in_the_database(alma: User) -> None:
    key = key_of(log_in(Client()))

    rows = [*Session.objects.values(), *Device.objects.values(), *SecurityEvent.objects.values()]

    assert key not in str(rows)
    assert Session.objects.get().pk == kept_as(key)


# --- What is listed


def test_devices_are_those_with_a_session_that_lets_in(as_user: AsUser, alma: User, boris: User) -> None:
    first, second, third = as_user(alma), as_user(alma), as_user(alma)
    as_user(boris)
    second.post("/logout/")
    Session.objects.filter(pk=kept_as(key_of(third))).update(expire_date=timezone.now())

    assert [device.session for device in devices_of(alma)] == [kept_as(key_of(first))]


def test_devices_of_before_the_password_changed_are_not_listed(as_user: AsUser, alma: User) -> None:
    client, _ = as_user(alma), as_user(alma)

    client.post("/settings/security/", {"current": PASSWORD, "new": "new-kiln-shelf-93"})

    alma.refresh_from_db()
    assert [device.session for device in devices_of(alma)] == [kept_as(key_of(client))]
    assert is_in(client)


# --- Ending


@pytest.mark.django_db(transaction=True)
def test_ended_session_is_over_at_once_on_the_express_way_too() -> None:
    alma = make_user("alma")
    browser, other = Client(), Client()
    for client in (browser, other):
        client.force_login(alma)
    for _ in range(4):
        other.get("/")
    key = key_of(other)
    assert find_by_session(key) is not None

    end_device(alma, Device.objects.get(session=kept_as(key)).pk)

    assert (find_by_session(key), is_in(other), is_in(browser)) == (None, False, True)
    assert b"data-theme-form" not in other.get("/").content
    assert kinds(alma)[-1] == "session_ended"


def test_session_that_is_over_is_ended_without_news(as_user: AsUser, alma: User) -> None:
    as_user(alma).post("/logout/")
    device = Device.objects.get()

    for _ in range(2):
        end_device(alma, device.pk)

    assert kinds(alma) == ["logged_in", "logged_out"]


def test_device_of_somebody_else_cannot_be_ended(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)

    with pytest.raises(NotFound):
        end_device(boris, Device.objects.get().pk)

    assert is_in(client)


def test_all_others_end_and_this_one_stays(as_user: AsUser, alma: User, boris: User) -> None:
    here, others, stranger = as_user(alma), [as_user(alma) for _ in range(3)], as_user(boris)

    count = end_other_devices(alma, key_of(here))

    assert (count, is_in(here), is_in(stranger)) == (3, True, True)
    assert [is_in(each) for each in others] == [False] * 3


@pytest.mark.django_db(transaction=True)
def test_session_ended_by_fifty_at_once_is_ended_once() -> None:
    alma, client = make_user("alma"), Client()
    client.force_login(alma)
    device = Device.objects.get()

    together([lambda: end_device(alma, device.pk)] * 50)

    assert (kinds(alma).count("session_ended"), Session.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_session_that_changes_its_key_while_it_is_ended_does_not_slip_away(turn: int) -> None:
    alma, client = make_user("alma"), Client()
    client.force_login(alma)
    device, store = Device.objects.get(), SessionStore(key_of(client))
    store.load()

    def cycle() -> Any:
        try:
            store.cycle_key()
        except Exception as error:  # noqa: BLE001  which one it is depends on who was first
            return type(error).__name__
        return "cycled"

    together([cycle, lambda: end_device(alma, device.pk)])

    assert Session.objects.count() == 0


def test_device_goes_on_when_the_session_changes_its_key(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    store = SessionStore(key_of(client))

    store.cycle_key()

    assert store.session_key != key_of(client)
    assert Device.objects.get().session == kept_as(str(store.session_key))


# --- Times


def noon(**later: float) -> datetime:
    return datetime.fromisoformat("2026-06-01T12:00:00+00:00") + timedelta(**later)


def test_use_is_noted_to_the_hour_with_the_address_and_the_session_lasts_no_longer(alma: User) -> None:
    with time_machine.travel(noon(), tick=False):
        client = log_in(Client())
    until = Session.objects.get().expire_date

    seen = []
    for minutes in (59, 60, 61):
        with time_machine.travel(noon(minutes=minutes), tick=False):
            client.get("/settings/sessions/", REMOTE_ADDR="203.0.113.9")
        device = Device.objects.get()
        seen.append((device.used_at, device.address))

    assert seen == [(noon(), "127.0.0.1"), (noon(hours=1), "203.0.113.9"), (noon(hours=1), "203.0.113.9")]
    assert Session.objects.get().expire_date == until


@pytest.mark.django_db(transaction=True)
def test_second_device_is_noted_in_the_same_hour_by_the_feed_too() -> None:
    make_user("alma")
    with time_machine.travel(noon(), tick=False):
        first, second = log_in(Client()), log_in(Client())
        for client in (first, second, first, second):
            client.get("/")
    with time_machine.travel(noon(minutes=61), tick=False):
        for client in (first, second):
            client.get("/")

    assert list(Device.objects.values_list("used_at", flat=True)) == [noon(minutes=61)] * 2


def test_devices_long_unused_are_forgotten_but_the_last_of_a_person(alma: User, boris: User) -> None:
    old = timezone.now() - timedelta(days=181)
    make_device(alma, used_at=old)
    kept = [make_device(alma), make_device(boris, used_at=old)]

    assert (forget_devices(), set(Device.objects.all())) == (1, set(kept))
