import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Invitation, User
from accounts.services.invitations import make_invitation
from accounts.services.registration import check_invitation, use_invitation
from core.exceptions import InvalidInput
from core.ids import to_code
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/settings/invitations/"
SENT = {"note": "Hana & co", "places": "1", "days": "14"}


@pytest.fixture(autouse=True)
def by_invitation(settings: Settings) -> None:
    settings.REGISTRATION = "invite"


def codes_in(text: str) -> list[str]:
    return re.findall(r"/signup/\?invitation=([\w-]{22})\"", text)


def test_invitation_is_made_and_its_address_shown_this_once(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    made = client.post(PAGE, SENT)

    (code,) = codes_in(made.text)
    assert check_invitation(code).note == "Hana & co"
    assert (made.status_code, made["Cache-Control"]) == (200, "no-store")
    again = client.get(PAGE).text
    assert (codes_in(again), "Hana &amp; co" in again) == ([], True)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"places": "0"}, ["places"]),
        ({"places": "11"}, ["places"]),
        ({"days": "91"}, ["days"]),
        ({"note": "x" * 101, "days": ""}, ["note", "days"]),
    ],
)
def test_form_with_something_wrong_names_it_and_makes_nothing(
    as_user: AsUser, alma: User, changes: dict[str, str], fields: list[str]
) -> None:
    response = as_user(alma).post(PAGE, {**SENT, **changes})

    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert Invitation.objects.count() == 0


def test_list_says_how_each_invitation_of_the_person_stands(as_user: AsUser, alma: User, boris: User) -> None:
    open_one, used, over, revoked = [make_invitation(alma)[0] for _ in range(4)]
    make_invitation(boris)
    use_invitation(used)
    Invitation.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(days=1))
    client = as_user(alma)
    client.post(f"{PAGE}{to_code(revoked.pk)}/revoke/")

    answer = client.get(PAGE)

    states = {each.pk: each.state for each in answer.context["invitations"]}
    assert states == {open_one.pk: "open", used.pk: "used", over.pk: "over", revoked.pk: "revoked"}
    assert answer.text.count("/revoke/") == 1


def test_revoked_invitation_lets_nobody_in(as_user: AsUser, alma: User) -> None:
    invitation, code = make_invitation(alma)

    response = as_user(alma).post(f"{PAGE}{to_code(invitation.pk)}/revoke/")

    assert (response.status_code, response["Location"]) == (303, PAGE)
    with pytest.raises(InvalidInput):
        check_invitation(code)


def test_member_without_places_left_sees_no_form(as_user: AsUser, settings: Settings, alma: User) -> None:
    settings.INVITATIONS_PER_PERSON = 0

    text = as_user(alma).get(PAGE).text

    assert "You have invited as many people as you may for now." in text
    assert 'name="places"' not in text


@pytest.mark.parametrize(
    ("mode", "who", "words"),
    [
        ("invite", "staff", "Only the people who run this site can invite others."),
        ("open", "members", "Nobody needs an invitation on this site."),
        ("approval", "members", "Nobody needs an invitation on this site."),
        ("closed", "members", "Sign-up is closed on this site."),
    ],
)
def test_who_cannot_invite_is_told_why_and_makes_none(
    as_user: AsUser, settings: Settings, alma: User, mode: str, who: str, words: str
) -> None:
    settings.REGISTRATION, settings.INVITATIONS = mode, who
    client = as_user(alma)

    page, refused = client.get(PAGE), client.post(PAGE, SENT)

    assert (words in page.text, refused.status_code, Invitation.objects.count()) == (True, 403, 0)


@pytest.mark.parametrize(("mode", "there"), [("invite", True), ("open", False)])
def test_settings_lead_to_invitations_where_those_are_needed(
    as_user: AsUser, settings: Settings, alma: User, mode: str, there: bool
) -> None:
    settings.REGISTRATION = mode

    assert (f'href="{PAGE}"' in as_user(alma).get("/settings/profile/").text) is there


def test_revoking_needs_the_token_of_the_form(alma: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alma)
    invitation, _ = make_invitation(alma)

    assert client.post(f"{PAGE}{to_code(invitation.pk)}/revoke/").status_code == 403


# --- Signing up with what the setting asks for


def begin(**changes: str) -> Any:
    sent = {"username": "nora", "email": "nora@example.org", "password": PASSWORD}
    return Client().post("/signup/", {**sent, **changes})


def test_address_of_an_invitation_fills_it_in_and_it_is_used(alma: User) -> None:
    invitation, code = make_invitation(alma)

    page = Client().get(f"/signup/?invitation={code}")
    refused = [begin(), begin(invitation="unknown")]
    made = begin(invitation=code)

    assert f'value="{code}"' in page.text
    assert [(each.status_code, list(each.context["form"].errors)) for each in refused] == [(422, ["invitation"])] * 2
    assert (made.status_code, made["Location"]) == (303, "/verify/")
    invitation.refresh_from_db()
    assert invitation.uses_left == 0


def test_applicant_answers_the_question_and_waits(settings: Settings, settled: Settled) -> None:
    settings.REGISTRATION, settings.REGISTRATION_QUESTION = "approval", "Who are <you>?"

    page = Client().get("/signup/").text
    with settled():
        refused, made = begin(), begin(application="Nora.")

    assert ("Who are &lt;you&gt;?" in page, 'name="invitation"' in page) == (True, False)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["application"])
    assert (made.status_code, made["Location"]) == (303, "/signup/sent/")
    assert User.objects.values_list("awaits_approval", "is_active", "application").get() == (True, False, "Nora.")


def test_applicant_with_an_address_that_is_taken_learns_nothing(
    settings: Settings, alma: User, settled: Settled
) -> None:
    settings.REGISTRATION = "approval"
    new = begin(application="Nora.")

    with settled():
        taken = begin(username="nora2", email="alma@example.org", application="Nora.")

    answers = [(each.status_code, each["Location"], each.content) for each in (new, taken)]
    assert answers == [(303, "/signup/sent/", b"")] * 2
    assert mail.outbox[-1].to == ["alma@example.org"]


def test_api_asks_for_the_same(alma: User) -> None:
    _, code = make_invitation(alma)
    sent = {"username": "nora", "email": "nora@example.org", "password": PASSWORD}

    refused = Client().post("/rest/v1/accounts", sent, "application/json")
    made = Client().post("/rest/v1/accounts", {**sent, "invitation": code}, "application/json")

    assert ([each["field"] for each in refused.json()["errors"]], made.status_code) == (["invitation"], 202)
