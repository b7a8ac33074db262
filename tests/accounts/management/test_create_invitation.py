import io

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Invitation, User
from accounts.services.registration import check_invitation


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_invitation", *arguments, stdout=out)
    return out.getvalue().strip()


def test_command_prints_an_address_that_works(alma: User, settings: Settings) -> None:
    settings.REGISTRATION, settings.INVITATIONS = "invite", "staff"

    printed = run("Alma", "--places", "30", "--days", "3", "--note", "class 4b")

    address, code = printed.split("=")
    invitation = check_invitation(code)
    assert address == "http://localhost:8000/signup/?invitation"
    assert (invitation.inviter, invitation.places, invitation.note) == (alma, 30, "class 4b")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nobody"], "There is no active account named 'nobody'."),
        (["alma", "--places", "0"], "Invite 1 to 1000 people."),
        (["alma", "--days", "91"], "An invitation is good for 1 to 90 days."),
    ],
)
def test_command_with_something_wrong_says_what_and_makes_nothing(
    alma: User, arguments: list[str], problem: str
) -> None:
    with pytest.raises(CommandError, match=problem):
        run(*arguments)

    assert Invitation.objects.count() == 0
