from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Device, SecurityEvent, User
from accounts.services.security_log import note_event
from accounts.sessions import kept_as
from core.ids import to_code
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_device

PAGE = "/settings/sessions/"
LOG = "/settings/security/log/"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


def device_of(client: Client) -> Device:
    return Device.objects.get(session=kept_as(client.cookies["session"].value))


def listed(client: Client) -> tuple[list[Device], list[Device]]:
    context = client.get(PAGE).context
    return context["here"], context["others"]


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_page_shows_this_device_and_the_others_of_the_person_alone(as_user: AsUser, alma: User, boris: User) -> None:
    client, other = as_user(alma), as_user(alma)
    as_user(boris)
    Device.objects.filter(pk=device_of(other).pk).update(name="Firefox on <b>Linux", address="203.0.113.9")

    text = client.get(PAGE).text

    assert listed(client) == ([device_of(client)], [device_of(other)])
    assert "Firefox on &lt;b&gt;Linux" in text
    assert "203.0.113.9" in text


def test_page_with_one_device_says_there_is_no_other(as_user: AsUser, alma: User) -> None:
    text = as_user(alma).get(PAGE).text

    assert "You are logged in nowhere else." in text
    assert "end-others" not in text


@pytest.mark.parametrize("others", [1, 3])
def test_page_makes_the_same_queries_however_many_devices(
    as_user: AsUser, alma: User, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user(alma)
    for _ in range(others):
        as_user(alma)
    client.get(PAGE)

    with django_assert_num_queries(3):
        client.get(PAGE)


def test_one_device_is_logged_out_by_another(as_user: AsUser, alma: User) -> None:
    client, other = as_user(alma), as_user(alma)

    response = client.post(f"{PAGE}{to_code(device_of(other).pk)}/end/")

    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert (is_in(client), is_in(other)) == (True, False)


def test_ending_this_device_is_logging_out(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    response = client.post(f"{PAGE}{to_code(device_of(client).pk)}/end/")

    assert (response.status_code, response["Location"], is_in(client)) == (303, "/login/", False)


def test_all_others_are_logged_out_at_once(as_user: AsUser, alma: User) -> None:
    client, others = as_user(alma), [as_user(alma), as_user(alma)]

    answer = client.post(f"{PAGE}end-others/", follow=True)

    assert "2 other devices are logged out." in answer.text
    assert (is_in(client), *map(is_in, others)) == (True, False, False)


@pytest.mark.parametrize("path", [f"{PAGE}end-others/", f"{PAGE}1/end/"])
def test_sessions_are_ended_by_post_alone(as_user: AsUser, alma: User, path: str) -> None:
    assert as_user(alma).get(path).status_code == 405
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


@pytest.mark.parametrize("path", [PAGE, LOG, "/settings/tokens/", "/settings/invitations/"])
def test_pages_are_for_who_is_logged_in(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"] == f"/login/?next={path.replace('/', '%2F')}"


# --- The log


def test_log_shows_what_happened_to_the_account_newest_first(as_user: AsUser, alma: User, boris: User) -> None:
    note_event(alma, SecurityEvent.Kind.TOKEN_MADE, detail="<script>phone")
    note_event(boris, SecurityEvent.Kind.TOKEN_REVOKED, detail="of boris")

    answer = as_user(alma).get(LOG)

    assert [event.kind for event in answer.context["events"]] == ["logged_in", "token_made"]
    assert "&lt;script&gt;phone" in answer.text
    assert "of boris" not in answer.text


def test_log_goes_on_over_the_pages_without_gaps(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    for number in range(24):
        note_event(alma, SecurityEvent.Kind.EXPORT_MADE, detail=str(number))

    first = client.get(LOG)
    second = client.get(first.context["next_url"])

    seen = [event.pk for page in (first, second) for event in page.context["events"]]
    assert seen == list(SecurityEvent.objects.order_by("-id").values_list("pk", flat=True))
    assert (len(seen), second.context["next_url"]) == (25, "")


def test_log_with_a_cursor_that_is_not_ours_is_refused(as_user: AsUser, alma: User) -> None:
    assert as_user(alma).get(f"{LOG}?cursor=x").status_code == 400


def test_log_without_anything_says_so(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    SecurityEvent.objects.all().delete()

    assert "Nothing has happened yet" in client.get(LOG).text


def test_wrong_password_is_in_the_log_of_whose_name_it_was(client: Client, alma: User, settled: Settled) -> None:
    with settled():
        for name in ("ALMA", "alma@Example.org", "nobody", "nobody@example.org", "alma\x00"):
            headers = {"User-Agent": CHROME}
            client.post("/login/", {"username": name, "password": "wrong"}, headers=headers, REMOTE_ADDR="203.0.113.9")

    found = list(SecurityEvent.objects.values_list("user", "kind", "address", "device"))
    assert found == [(alma.pk, "login_failed", "203.0.113.9", "Chrome on Android")] * 2


def test_wrong_password_costs_the_same_queries_for_a_name_that_is_none(client: Client, alma: User) -> None:
    queries = []
    for name in ("alma", "almo"):
        with CaptureQueriesContext(connection) as captured:
            client.post("/login/", {"username": name, "password": "wrong"})
        queries.append([query["sql"].split(" ")[0] for query in captured])

    assert queries[0] == queries[1]


def test_changed_password_is_in_the_log(as_user: AsUser, alma: User) -> None:
    as_user(alma).post("/settings/security/", {"current": PASSWORD, "new": "new-kiln-shelf-93"})

    assert SecurityEvent.objects.order_by("-id")[0].kind == "password_changed"


def test_page_lists_no_device_without_a_session(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    make_device(alma, used_at=timezone.now() - timedelta(days=3))

    assert listed(client) == ([device_of(client)], [])
