import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import DeletionReceipt, User
from photos.tasks import purge_accounts
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_post, make_user

DELETE, DEACTIVATE = "/settings/account/delete/", "/settings/account/deactivate/"
REOPEN = re.compile(r'name="reopen" value="([^"]+)"')
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def close(client: Client) -> None:
    response = client.post(DELETE, {"username": "alma", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (303, "/login/")


def offered(client: Client) -> str:
    """The pass in the page that the right password of a closed account leads to."""
    response = client.post("/login/?next=/activity/", {"username": "alma", "password": PASSWORD})
    found = REOPEN.search(response.text)
    assert found, response.text
    return found[1]


def test_pages_say_what_leaving_means(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    pages = [client.get(path) for path in ("/settings/account/", DEACTIVATE, DELETE)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all(path in pages[0].text for path in (DEACTIVATE, DELETE, "/settings/data/"))
    assert "Nothing is deleted: log in, and all of it is back." in pages[1].text
    assert "For 30 days you can log in and reopen the account" in pages[2].text


def test_closing_logs_out_and_says_so(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    close(client)

    assert "Your account is closed." in client.get("/login/").text
    assert (client.get("/activity/").status_code, User.objects.get().is_active) == (302, False)


def test_deactivating_logs_out_and_the_next_log_in_offers_to_reopen(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    response = client.post(DEACTIVATE, {"password": PASSWORD})

    assert (response.status_code, response["Location"]) == (303, "/login/")
    assert "Your account is deactivated." in client.get("/login/").text
    assert "You have deactivated it." in client.post("/login/", {"username": "alma", "password": PASSWORD}).text
    assert client.post("/login/reopen/", {"reopen": offered(client)}).status_code == 303
    assert client.get("/activity/").status_code == 200


@pytest.mark.parametrize("path", [DEACTIVATE, DELETE])
def test_who_has_no_password_is_told_to_set_one_first(as_user: AsUser, alma: User, path: str) -> None:
    alma.set_unusable_password()
    alma.save()
    client = as_user(alma)

    page = client.get(path).text

    assert ('name="password"' in page, 'href="/password/reset/"' in page) == (False, True)
    assert client.post(path, {"username": "alma", "password": ""}).status_code == 422
    assert User.objects.get().is_active


@pytest.mark.parametrize(
    ("path", "sent", "problem"),
    [
        (DEACTIVATE, {"password": "wrong"}, "This is not your password."),
        (DEACTIVATE, {}, "This field is required."),
        (DELETE, {"username": "alma", "password": "wrong"}, "This is not your password."),
        (DELETE, {"username": "boris", "password": PASSWORD}, "This is not your username."),
        (DELETE, {"username": "", "password": PASSWORD}, "This field is required."),
        (DELETE, {"username": "alma"}, "This field is required."),
    ],
)
def test_leaving_without_what_is_asked_for_is_refused(
    as_user: AsUser, alma: User, path: str, sent: dict[str, str], problem: str
) -> None:
    client = as_user(alma)

    response = client.post(path, sent)

    assert (response.status_code, problem in response.text) == (422, True)
    assert (User.objects.get().is_active, client.get("/activity/").status_code) == (True, 200)


@pytest.mark.parametrize("path", [DEACTIVATE, DELETE])
def test_leaving_is_only_for_who_is_logged_in(client: Client, alma: User, path: str) -> None:
    response = client.post(path, {"username": "alma", "password": PASSWORD})

    assert (response.status_code, response["Location"], User.objects.get().is_active) == (302, "/login/?next=%2F", True)


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


# --- The receipt


def test_receipt_says_that_nothing_is_deleted_yet_and_then_what_was(
    as_user: AsUser, alma: User, client: Client, settled: Settled
) -> None:
    make_post(alma)
    close(as_user(alma))
    path = f"/deleted/{DeletionReceipt.objects.get().code}/"

    before = client.get(path).text
    User.objects.update(delete_at=datetime.now(UTC) - timedelta(seconds=1))
    with settled():
        purge_accounts()
    after = client.get(path)

    assert ("Not yet: a log-in still undoes it." in before, "Posts" in before) == (True, False)
    assert (after.status_code, "Not yet" in after.text, "Posts" in after.text) == (200, False, True)
    assert [name in before + after.text for name in ("alma", str(alma.pk))] == [False, False]


def test_receipt_of_a_made_up_code_or_of_somebody_who_came_back_is_missing(as_user: AsUser, alma: User) -> None:
    close(as_user(alma))
    code = DeletionReceipt.objects.get().code
    client = Client()
    client.post("/login/reopen/", {"reopen": offered(client)})

    assert [Client().get(f"/deleted/{each}/").status_code for each in (code, "made-up")] == [404, 404]
