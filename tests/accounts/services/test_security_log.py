from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import SecurityEvent, User
from accounts.services.security_log import forget_events, note_event

pytestmark = pytest.mark.django_db


def test_event_says_what_happened_from_where_and_on_what(alma: User) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    request = RequestFactory().get("/", headers={"User-Agent": agent}, REMOTE_ADDR="192.0.2.7")

    note_event(alma, SecurityEvent.Kind.LOGGED_IN, request=request, detail="x" * 300)

    event = SecurityEvent.objects.get()
    assert (event.user, event.kind, event.address, event.device) == (alma, "logged_in", "192.0.2.7", "Firefox on Linux")
    assert event.detail == "x" * 200


def test_event_without_a_request_has_no_address(alma: User) -> None:
    event = note_event(alma, SecurityEvent.Kind.EXPORT_MADE)

    assert (event.address, event.device) == ("", "")


def test_events_of_half_a_year_ago_are_forgotten(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.services.security_log.AT_ONCE", 2)
    for _ in range(5):
        note_event(alma, SecurityEvent.Kind.LOGGED_IN)
    SecurityEvent.objects.update(created_at=timezone.now() - timedelta(days=181))
    kept = note_event(alma, SecurityEvent.Kind.LOGGED_IN)

    assert (forget_events(), list(SecurityEvent.objects.all())) == (5, [kept])
