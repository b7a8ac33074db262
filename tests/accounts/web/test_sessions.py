from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.services.security_log import note_failed_login
from tests.away import take_valkey_away
from tests.codes import last_code
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

NEW = {"username": "Alma", "email": "alma@example.org", "password": PASSWORD}
NOT_RIGHT = "Name or password is not right."


def log_in(client: Client, username: str, password: str = PASSWORD, path: str = "/login/") -> int:
    return client.post(path, {"username": username, "password": password}).status_code


def person_of(client: Client) -> str | None:
    """Who is logged in in this browser."""
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else None


@pytest.mark.parametrize("path", ["/signup/", "/login/", "/logout/"])
def test_page_is_shown_to_strangers(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert 'name="csrfmiddlewaretoken"' in response.text


def test_sign_up_makes_an_account_that_waits_for_the_code(client: Client) -> None:
    response = client.post("/signup/?next=/new/", NEW)

    assert (response.status_code, response["Location"]) == (303, "/verify/")
    assert (person_of(client), User.objects.get().username) == (None, "alma")


def test_sign_up_with_something_wrong_shows_what_was_typed_but_no_password(client: Client) -> None:
    response = client.post("/signup/", {**NEW, "username": "al ma<b>", "email": "x"})

    assert (response.status_code, User.objects.count()) == (422, 0)
    assert "Use 2 to 30 letters" in response.text
    assert "Enter an e-mail address" in response.text
    assert 'value="al ma&lt;b&gt;"' in response.text
    assert PASSWORD not in response.text


def test_sign_up_with_nothing_filled_in_is_refused(client: Client) -> None:
    response = client.post("/signup/", {"username": ""})

    assert (response.status_code, User.objects.count()) == (422, 0)


def test_sign_up_ignores_fields_it_did_not_ask_for(client: Client) -> None:
    client.post("/signup/", {**NEW, "is_staff": "1", "is_superuser": "1", "id": "1", "follower_count": "9"})

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.pk == 1, user.follower_count) == (False, False, False, 0)


def test_sign_up_where_it_is_closed_is_refused(client: Client, settings: Settings) -> None:
    settings.REGISTRATION = "closed"

    response = client.post("/signup/", NEW)

    assert (response.status_code, User.objects.count()) == (403, 0)
    assert "Sign-up is closed on this site." in response.text


def test_sign_up_with_valkey_away_is_closed_for_a_moment(client: Client, settings: Settings) -> None:
    take_valkey_away(settings)

    response = client.post("/signup/", NEW)

    assert (response.status_code, response["Retry-After"], User.objects.count()) == (503, "10", 0)


def test_sign_ups_beyond_the_limit_of_an_address_are_refused(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign-up": (1, 3600)}
    client.post("/signup/", {**NEW, "username": "x"})

    response = client.post("/signup/", NEW)

    assert (response.status_code, User.objects.count()) == (429, 0)


@pytest.mark.parametrize("name", ["alma", "ALMA", " alma ", "alma@example.org", "Alma@EXAMPLE.org"])
def test_log_in_works_by_username_and_by_address(client: Client, alma: User, name: str) -> None:
    response = client.post("/login/?next=/activity/", {"username": name, "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (303, "/activity/")
    assert person_of(client) == "alma"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("alma", "wrong-password"),
        ("nobody", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("alma@example.org", "wrong-password"),
        ("closed", "wrong-password"),
        ("alma", PASSWORD + " "),
        ("alma", PASSWORD.upper()),
        ("alma", "x" * 4999),
        ("alma%", PASSWORD),
        ("_lma", PASSWORD),
    ],
)
def test_log_in_with_anything_wrong_answers_the_same(client: Client, alma: User, name: str, password: str) -> None:
    make_user("closed", is_active=False)

    response = client.post("/login/", {"username": name, "password": password})

    assert (response.status_code, person_of(client)) == (422, None)
    assert NOT_RIGHT in response.text
    assert password not in response.text


def test_log_in_answers_the_same_bytes_for_an_unknown_name_and_a_wrong_password(alma: User) -> None:
    pages = []
    for name in ("alma", "almo"):
        text = Client().post("/login/", {"username": name, "password": "wrong-password"}).text
        pages.append([line for line in text.replace("almo", "alma").split("<") if "csrfmiddlewaretoken" not in line])

    assert pages[0] == pages[1]


def test_log_in_changes_the_key_of_the_session(client: Client, alma: User) -> None:
    planted = client.session
    planted["planted"] = "yes"
    planted.save()
    client.cookies["session"] = str(planted.session_key)

    log_in(client, "alma")

    assert client.cookies["session"].value not in ("", planted.session_key)
    assert person_of(client) == "alma"


def test_session_cookie_is_out_of_reach_for_scripts(client: Client, alma: User) -> None:
    log_in(client, "alma")

    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


@pytest.mark.parametrize(
    "target", ["https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "javascript:alert(1)"]
)
@pytest.mark.parametrize("path", ["/login/", "/signup/"])
def test_next_on_another_site_is_never_followed(alma: User, settled: Settled, path: str, target: str) -> None:
    new = {"username": "newcomer", "email": "newcomer@example.org", "password": PASSWORD}
    sent = new if path == "/signup/" else {"username": "alma", "password": PASSWORD}

    client = Client()

    with settled():
        response = client.post(path, {**sent, "next": target})
    if path == "/signup/":
        response = client.post("/verify/", {"code": last_code()})

    assert response["Location"] == "/"


def test_log_in_page_is_skipped_by_who_is_logged_in(as_user: AsUser, alma: User) -> None:
    response = as_user(alma).get("/login/?next=/new/")

    assert (response.status_code, response["Location"]) == (303, "/new/")


def test_log_in_is_slowed_for_one_account_and_opens_again() -> None:
    make_user("alma")
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        tries = [log_in(Client(), "alma", "wrong") for _ in range(10)]
        refused = Client().post("/login/", {"username": "ALMA", "password": PASSWORD})
        clock.move_to(start + timedelta(seconds=300))
        later = log_in(Client(), "alma")

    assert (tries, refused.status_code, later) == ([422] * 10, 429, 303)
    assert refused["Retry-After"] == "300"


def test_log_in_of_the_owner_is_not_locked_by_a_strangers_guesses(alma: User) -> None:
    guesses = [log_in(Client(REMOTE_ADDR="10.0.0.9"), "alma", "wrong") for _ in range(12)]

    assert (guesses, log_in(Client(), "alma")) == ([422] * 10 + [429] * 2, 303)


def test_log_in_is_slowed_for_one_account_from_many_addresses(settings: Settings, alma: User) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "log-in by account": (3, 300)}
    guesses = [log_in(Client(REMOTE_ADDR=f"10.0.0.{number}"), "alma", "wrong") for number in range(4)]

    assert guesses == [422, 422, 422, 429]


def test_log_in_is_slowed_for_one_address_whatever_it_claims(settings: Settings, alma: User) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "log-in by address": (2, 300)}

    answers = []
    for number in range(3):
        client = Client(headers={"X-Forwarded-For": f"1.2.3.{number}"})
        answers.append(log_in(client, f"person{number}", "wrong"))

    assert answers == [422, 422, 429]


def test_twenty_wrong_passwords_for_one_name_stop_who_guesses_and_not_the_owner(alma: User) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        one = Client(REMOTE_ADDR="203.0.113.9")
        from_one = [log_in(one, "alma", "wrong") for _ in range(20)]
        from_many = [log_in(Client(REMOTE_ADDR=f"198.51.100.{n}"), "alma", "wrong") for n in range(20)]
        right = [log_in(one, "alma"), log_in(Client(REMOTE_ADDR="192.0.2.7"), "alma")]

    assert from_one == [422] * 10 + [429] * 10
    assert (from_many, right) == ([422] * 20, [429, 303])


def test_many_names_from_one_address_are_stopped(alma: User) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        answers = [log_in(Client(), f"person{number}", "wrong") for number in range(61)]
        answers.append(log_in(Client(), "alma"))

    assert answers == [422] * 60 + [429] * 2


def test_address_behind_our_proxies_is_counted_and_no_claim_beyond_them(settings: Settings, alma: User) -> None:
    settings.TRUSTED_PROXY_COUNT = 2
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "log-in by address": (2, 300)}

    def guess(number: int, address: str) -> int:
        claims = f"10.9.8.{number}, {address}, 192.0.2.1"  # made up, who came to our first proxy, our first proxy
        client = Client(headers={"X-Forwarded-For": claims}, REMOTE_ADDR="192.0.2.2")
        return log_in(client, f"person{number}", "wrong")

    answers = [guess(number, "203.0.113.9") for number in range(3)]

    assert (answers, guess(9, "203.0.113.10")) == ([422, 422, 429], 422)


def test_log_in_with_valkey_away_is_closed_for_a_moment(client: Client, alma: User, settings: Settings) -> None:
    take_valkey_away(settings)

    response = client.post("/login/", {"username": "alma", "password": PASSWORD})

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "paused for a moment" in response.text


def test_session_survives_the_loss_of_valkey(client: Client, alma: User, settings: Settings) -> None:
    log_in(client, "alma")
    take_valkey_away(settings)

    assert client.get("/settings/profile/").status_code == 200


def test_log_out_asks_first(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    client.get("/logout/")

    assert person_of(client) == "alma"


def test_log_out_ends_the_session_and_empties_the_browser(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    key = client.cookies["session"].value

    response = client.post("/logout/")

    assert (response.status_code, response["Location"]) == (303, "/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies["session"] = key
    assert client.get("/activity/").status_code == 302


def test_account_that_is_closed_is_logged_out_everywhere(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    User.objects.update(is_active=False)

    assert client.get("/activity/").status_code == 302


def test_visit_is_noted_to_the_hour(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)
    User.objects.update(last_seen_at=start)

    seen = []
    for minutes in (59, 60):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            client.get("/activity/")
        seen.append(User.objects.get().last_seen_at)

    assert seen == [start, start + timedelta(hours=1)]


@pytest.mark.parametrize("key", ["abcdefgh\x00xyz", "../../etc", "A" * 32, "x" * 5000, "ü" * 32])
def test_session_cookie_that_cannot_be_ours_is_nobodys(client: Client, db: None, key: str) -> None:
    quoted = "".join(f"\\{ord(each):03o}" if not each.isalnum() else each for each in key)

    answer = client.get("/", headers={"Cookie": f'session="{quoted}"'.encode().decode("latin-1")})

    assert (answer.status_code, answer.context["viewer"]) == (200, None)


def test_admin_log_in_is_the_one_of_the_site(client: Client, alma: User) -> None:
    staff = make_user("warden", is_staff=True, is_superuser=True)

    sent = client.get("/admin/", follow=True)
    log_in(client, staff.username)

    assert sent.redirect_chain[-1][0] == "/login/?next=%2Fadmin%2F"
    assert client.get("/admin/").status_code == 200


def test_admin_of_somebody_who_is_not_staff_is_nothing(as_user: AsUser, alma: User) -> None:
    assert as_user(alma).get("/admin/", follow=True).status_code == 404


def test_fragment_without_a_session_tells_the_script_to_log_in(client: Client, db: None) -> None:
    answer = client.post("/p/1/like/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/login/?next=%2F")


def test_wrong_passwords_count_on_when_valkey_was_emptied(client: Client, alma: User, boris: User) -> None:
    sent = {"username": "ALMA", "password": "wrong-password"}
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        for _ in range(20):
            note_failed_login("alma", address="127.0.0.1", device="")

        answers = [client.post("/login/", {**sent, "username": name}).status_code for name in ("ALMA", "boris")]
        elsewhere = Client(REMOTE_ADDR="192.0.2.7").post("/login/", {"username": "alma", "password": PASSWORD})
    with time_machine.travel(noon + timedelta(minutes=5), tick=False):
        later = client.post("/login/", {"username": "alma", "password": PASSWORD})

    assert answers == [429, 422]
    assert (elsewhere.status_code, later.status_code) == (303, 303)


@pytest.mark.parametrize(
    ("action", "names", "addresses"),
    [
        ("log-in by account", ["boris"], range(6)),
        ("log-in by address", ["alma", "carla", "dora"], [7] * 2),
    ],
)
def test_wrong_passwords_from_everywhere_and_for_everybody_count_on_as_well(
    settings: Settings, boris: User, action: str, names: list[str], addresses: Iterable[int]
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, action: (3, 300)}
    for name in {*names} - {"boris"}:
        make_user(name)
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        for name in names:
            for number in addresses:
                note_failed_login(name, address=f"192.0.2.{number}", device="")

        same = log_in(Client(REMOTE_ADDR="192.0.2.7"), "boris", "wrong")

    assert same == 429


@pytest.mark.parametrize(("has_it", "status"), [(False, 302), (True, 200)])
def test_admin_is_for_staff_with_a_second_factor(settings: Settings, has_it: bool, status: int, alma: User) -> None:
    settings.ADMIN_NEEDS_2FA = True
    User.objects.filter(pk=alma.pk).update(is_staff=True, is_superuser=True)
    if has_it:
        TOTP.activate(alma, generate_totp_secret())
    client = Client()
    client.force_login(alma)

    page = client.get("/admin/")
    answer = client.get("/admin/login/?next=/admin/")

    assert page.status_code == status
    assert has_it or answer["Location"] == "/settings/security/two-factor/"
