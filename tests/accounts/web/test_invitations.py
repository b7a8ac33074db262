import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Invitation, User
from accounts.services.invitations import make_invitation
from accounts.services.registration import check_invitation, use_invitation
from core.exceptions import InvalidInput
from core.ids import to_code
from tests.conftest import AsUser

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

    assert "You may invite 0 more people for now." in text
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
