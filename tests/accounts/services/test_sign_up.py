from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.services.invitations import make_invitation
from accounts.services.registration import Admission
from accounts.services.sign_up import EmailTaken, sign_up
from core.exceptions import InvalidInput, NotAllowed
from tests.factories import make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {"username": "alma", "email": "alma@example.org", "password": "kiln-shelf-93"}


def problems_of(**changes: Any) -> list[tuple[str, str]]:
    """(field, code) of everything that is refused, and nobody is there afterwards who was not before."""
    before = User.objects.count()
    with pytest.raises(InvalidInput) as refused:
        sign_up(**{**GOOD, **changes})
    assert User.objects.count() == before
    return [(each.field, each.code) for each in refused.value.errors]


def test_sign_up_makes_an_account_that_can_log_in() -> None:
    user = sign_up(username=" Alma ", email=" alma@Example.ORG ", password="kiln-shelf-93", display_name=" Alma B. ")

    kept = User.objects.get(pk=user.pk)
    assert (kept.username, kept.email, kept.display_name) == ("alma", "alma@example.org", "Alma B.")
    assert kept.check_password("kiln-shelf-93")


@pytest.mark.parametrize(
    "password", [" leading and trailing ", "пароль-из-слов", "correct horse battery staple", "x7" * 2048]
)
def test_password_is_kept_as_it_was_typed(password: str) -> None:
    assert sign_up(**{**GOOD, "password": password}).check_password(password)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"username": "al ma"}, [("username", "username_invalid")]),
        ({"username": "admin"}, [("username", "username_reserved")]),
        ({"email": "alma"}, [("email", "email_invalid")]),
        ({"email": "alma@example.org\nBcc: x@example.org"}, [("email", "email_invalid")]),
        ({"password": "kiln93"}, [("password", "password_too_short")]),
        ({"password": "password1"}, [("password", "password_too_common")]),
        ({"password": "x7" * 2048 + "!"}, [("password", "password_too_long")]),
        ({"password": "alma@example.org"}, [("password", "password_too_similar")]),
        ({"username": "kiln.shelf", "password": "kiln.shelf"}, [("password", "password_too_similar")]),
    ],
)
def test_sign_up_with_one_thing_wrong_names_it(changes: dict[str, str], problems: list[tuple[str, str]]) -> None:
    assert problems_of(**changes) == problems


def test_sign_up_with_everything_wrong_names_everything() -> None:
    problems = problems_of(username="", email="", password="")

    assert [field for field, _ in problems] == ["username", "email", "password"]


@pytest.mark.parametrize("username", ["alma", "ALMA", "ａｌｍａ"])
def test_sign_up_with_a_name_that_is_taken_is_refused(username: str) -> None:
    make_user("alma")

    assert problems_of(username=username, email="new@example.org") == [("username", "username_taken")]


@pytest.mark.parametrize("email", ["email@example.org", "EMAIL@example.org"])
def test_sign_up_with_an_address_that_is_taken_is_refused(email: str) -> None:
    make_user("email")

    with pytest.raises(EmailTaken) as taken:
        sign_up(**{**GOOD, "email": email})

    assert (taken.value.email, taken.value.code, User.objects.count()) == ("email@example.org", "email_taken", 1)


def test_name_of_an_account_that_was_closed_stays_taken() -> None:
    make_user("alma", is_active=False)

    assert problems_of(email="new@example.org") == [("username", "username_taken")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("changes", "code"), [({"email": "b@example.org"}, "username_taken"), ({"username": "b2"}, "email_taken")]
)
def test_sign_ups_at_once_with_the_same_name_or_address_make_one_account(changes: dict[str, str], code: str) -> None:
    def try_to_sign_up(sent: dict[str, Any]) -> str:
        try:
            return sign_up(**sent).username
        except InvalidInput as error:
            return error.errors[0].code if error.errors else error.code

    answers = together([lambda: try_to_sign_up(GOOD), lambda: try_to_sign_up({**GOOD, **changes})])

    assert (User.objects.count(), code in answers) == (1, True)


def test_sign_up_by_invitation_needs_one_and_uses_it(settings: Settings) -> None:
    settings.REGISTRATION = "invite"
    invitation, code = make_invitation(make_user("boris"), anybody=True)

    without = problems_of()
    user = sign_up(**GOOD, admission=Admission(invitation=code))
    invitation.refresh_from_db()

    assert (without, user.is_active, invitation.uses_left) == ([("invitation", "invitation_invalid")], True, 0)
    assert problems_of(username="carla", email="carla@example.org", admission=Admission(invitation=code)) == without


def test_sign_up_that_fails_uses_no_invitation(settings: Settings) -> None:
    settings.REGISTRATION = "invite"
    invitation, code = make_invitation(make_user("alma"), anybody=True)

    problems = problems_of(email="new@example.org", admission=Admission(invitation=code))

    invitation.refresh_from_db()
    assert (problems, invitation.uses_left) == ([("username", "username_taken")], 1)


def test_sign_up_by_approval_needs_words_and_waits(settings: Settings) -> None:
    settings.REGISTRATION = "approval"

    without = problems_of()
    user = sign_up(**GOOD, admission=Admission(application="I know Boris."))

    assert without == [("application", "application_invalid")]
    assert (user.awaits_approval, user.is_active, User.objects.get().application) == (True, False, "I know Boris.")


@pytest.mark.parametrize(("mode", "most", "code"), [("closed", 0, "sign_up_closed"), ("open", 1, "sign_up_full")])
def test_sign_up_where_nobody_is_let_in_is_refused(settings: Settings, mode: str, most: int, code: str) -> None:
    make_user("boris")
    settings.REGISTRATION, settings.MAX_ACCOUNTS = mode, most

    with pytest.raises(NotAllowed) as refused:
        sign_up(**GOOD)

    assert (refused.value.code, User.objects.count()) == (code, 1)


@pytest.mark.parametrize("mode", ["closed", "invite", "approval"])
def test_account_made_by_those_who_run_the_site_is_asked_nothing(settings: Settings, mode: str) -> None:
    settings.REGISTRATION, settings.MAX_ACCOUNTS = mode, 1
    make_user("boris")

    assert sign_up(**GOOD, admission=Admission(by_house=True)).is_active
