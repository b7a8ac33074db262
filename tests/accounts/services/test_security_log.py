import pytest
from django.test import RequestFactory

from accounts.models import SecurityEvent, User
from accounts.services.security_log import note_event

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
