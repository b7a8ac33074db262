from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Invitation, User
from accounts.services.invitations import can_invite, make_invitation, places_left, revoke_invitation
from accounts.services.registration import use_invitation
from core.exceptions import InvalidInput, NotAllowed, NotFound
from tests.factories import make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_invitation(settings: Settings) -> None:
    settings.REGISTRATION = "invite"
    settings.INVITATIONS_PER_PERSON = 3


@pytest.mark.parametrize(
    ("mode", "who", "member", "staff"),
    [
        ("invite", "members", True, True),
        ("invite", "staff", False, True),
        ("open", "members", False, False),
        ("closed", "members", False, False),
        ("approval", "members", False, False),
    ],
)
def test_who_may_invite_is_a_setting(
    settings: Settings, alma: User, mode: str, who: str, member: bool, staff: bool
) -> None:
    settings.REGISTRATION, settings.INVITATIONS = mode, who

    assert (can_invite(alma), can_invite(make_user("warden", is_staff=True))) == (member, staff)


def test_person_who_may_not_invite_makes_none(settings: Settings, alma: User) -> None:
    settings.INVITATIONS = "staff"

    with pytest.raises(NotAllowed):
        make_invitation(alma)

    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"places": 0}, ["places"]),
        ({"places": 4}, ["places"]),
        ({"days": 0}, ["days"]),
        ({"days": 91, "note": "x" * 101}, ["note", "days"]),
    ],
)
def test_invitation_that_cannot_be_made_names_what_is_wrong(
    alma: User, wanted: dict[str, int], fields: list[str]
) -> None:
    with pytest.raises(InvalidInput) as error:
        make_invitation(alma, **wanted)  # type: ignore[arg-type]

    assert [each.field for each in error.value.errors] == fields
    assert Invitation.objects.count() == 0


def test_member_invites_so_many_in_thirty_days_and_used_places_count_when_revoked(alma: User) -> None:
    first, _ = make_invitation(alma, places=2)
    after_two = places_left(alma)
    use_invitation(first)
    revoke_invitation(alma, first.pk)
    after_revoking = places_left(alma)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=31))

    assert (after_two, after_revoking, places_left(alma)) == (1, 2, 3)


def test_staff_invite_without_limit() -> None:
    warden = make_user("warden", is_staff=True)

    invitation, _ = make_invitation(warden, places=100)

    assert (places_left(warden), invitation.uses_left) == (None, 100)


@pytest.mark.django_db(transaction=True)
def test_limit_holds_for_fifty_at_once() -> None:
    alma = make_user("alma")

    def invite() -> bool:
        try:
            make_invitation(User.objects.get(pk=alma.pk))
        except InvalidInput:
            return False
        return True

    assert (sum(together([invite] * 50)), Invitation.objects.count()) == (3, 3)


def test_invitation_of_somebody_else_cannot_be_revoked(alma: User, boris: User) -> None:
    invitation, _ = make_invitation(alma)

    with pytest.raises(NotFound):
        revoke_invitation(boris, invitation.pk)

    assert Invitation.objects.get().revoked_at is None


def test_revoking_again_changes_nothing(alma: User) -> None:
    invitation, _ = make_invitation(alma)

    first = revoke_invitation(alma, invitation.pk).revoked_at

    assert revoke_invitation(alma, invitation.pk).revoked_at == first
