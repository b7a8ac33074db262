import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import DeletionReceipt, User
from tests.conftest import AsUser
from tests.factories import PASSWORD, make_user

REOPEN = re.compile(r'name="reopen" value="([^"]+)"')
DELETE = "/settings/account/delete/"
SURE = {"password": PASSWORD, "username": "Alma"}
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def close(client: Client) -> None:
    response = client.post(DELETE, SURE)
    assert (response.status_code, response["Location"]) == (303, "/login/")


def offered(client: Client) -> str:
    """The pass in the page that the right password of a closed account leads to."""
    response = client.post("/login/?next=/activity/", {"username": "alma", "password": PASSWORD})
    found = REOPEN.search(response.text)
    assert found, response.text
    return found[1]


def test_page_says_what_closing_means(as_user: AsUser, alma: User) -> None:
    response = as_user(alma).get(DELETE)

    assert response.status_code == 200
    assert "For 30 days you can log in and reopen the account" in response.text


def test_closing_logs_out_and_says_so(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    close(client)

    assert "Your account is closed." in client.get("/login/").text
    assert (client.get("/activity/").status_code, User.objects.get().is_active) == (302, False)


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({**SURE, "password": "wrong"}, "This is not your password."),
        ({**SURE, "username": "boris"}, "This is not your username."),
        ({}, "This field is required."),
    ],
)
def test_closing_without_the_password_is_refused(
    as_user: AsUser, alma: User, sent: dict[str, str], problem: str
) -> None:
    response = as_user(alma).post(DELETE, sent)

    assert (response.status_code, problem in response.text) == (422, True)
    assert User.objects.get().is_active


def test_closing_is_only_for_who_is_logged_in(client: Client, alma: User) -> None:
    response = client.post(DELETE, SURE)

    assert (response.status_code, response["Location"]) == (302, "/login/?next=%2F")


def test_profile_of_a_closed_account_is_missing_for_everybody(as_user: AsUser, alma: User, boris: User) -> None:
    close(as_user(alma))

    assert [as_user(viewer).get("/@alma/").status_code for viewer in (None, boris)] == [404, 404]


def test_right_password_offers_to_reopen_until_the_day_of_deletion(as_user: AsUser, alma: User, client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        close(as_user(alma))
        response = client.post("/login/", {"username": "alma", "password": PASSWORD})

    assert response.status_code == 200
    assert "On 1 July 2026 it is deleted" in response.text
    assert "_auth_user_id" not in client.session


def test_reopening_logs_in_and_goes_on_where_one_wanted_to(as_user: AsUser, alma: User, client: Client) -> None:
    close(as_user(alma))

    response = client.post("/login/reopen/", {"reopen": offered(client), "next": "/activity/"})

    assert (response.status_code, response["Location"]) == (303, "/activity/")
    assert (client.get("/activity/").status_code, User.objects.get().is_active) == (200, True)


def test_pass_of_another_try_or_none_reopens_nothing(as_user: AsUser, alma: User, client: Client) -> None:
    close(as_user(alma))
    old = offered(client)
    client.post("/login/reopen/", {"reopen": old})
    close(client)

    answers = [Client().post("/login/reopen/", {"reopen": ticket}).status_code for ticket in (old, "x", "")]

    assert (answers, User.objects.get().is_active) == ([400, 400, 400], False)


def test_reopening_needs_a_form_of_this_site(as_user: AsUser, alma: User) -> None:
    close(as_user(alma))
    ticket = offered(Client())

    response = Client(enforce_csrf_checks=True).post("/login/reopen/", {"reopen": ticket})

    assert (response.status_code, User.objects.get().is_active) == (403, False)


def test_reopening_is_only_posted(client: Client, alma: User) -> None:
    assert client.get("/login/reopen/").status_code == 405


def test_after_thirty_days_the_account_is_as_if_it_never_was(as_user: AsUser, alma: User, client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        close(as_user(alma))

    with time_machine.travel(NOON + timedelta(days=30, minutes=1), tick=False):
        response = client.post("/login/", {"username": "alma", "password": PASSWORD})

    assert (response.status_code, "Name or password is not right." in response.text) == (422, True)


def test_wrong_password_of_a_closed_account_answers_as_any_other(as_user: AsUser, alma: User) -> None:
    close(as_user(alma))
    make_user("boris")

    pages = []
    for name in ("alma", "boris"):
        text = Client().post("/login/", {"username": name, "password": "wrong-password"}).text
        pages.append([line for line in text.replace("boris", "alma").split("<") if "csrfmiddlewaretoken" not in line])

    assert pages[0] == pages[1]


def test_deactivated_account_is_out_of_sight_and_back_with_a_log_in_years_later(
    as_user: AsUser, alma: User, client: Client
) -> None:
    with time_machine.travel(NOON, tick=False):
        response = as_user(alma).post("/settings/account/deactivate/", {"password": PASSWORD})
    gone = Client().get("/@alma/").status_code

    with time_machine.travel(NOON + timedelta(days=800), tick=False):
        client.post("/login/reopen/", {"reopen": offered(client)})

    alma.refresh_from_db()
    assert (response.status_code, gone) == (303, 404)
    assert (alma.is_active, alma.closed_at, alma.delete_at) == (True, None, None)


def test_receipt_says_what_was_asked_for_and_is_missing_without_its_code(as_user: AsUser, alma: User) -> None:
    close(as_user(alma))
    code = DeletionReceipt.objects.get().code

    answers = [Client().get(f"/deleted/{each}/") for each in (code, "x" * 32)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert "Not yet: a log-in still undoes it." in answers[0].text
