from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Invitation, User
from accounts.services.invitations import make_invitation, revoke_invitation
from accounts.services.registration import (
    approve_account,
    await_approval,
    check_invitation,
    check_open,
    needs_approval,
    refuse_account,
    registration_state,
    take_place,
    use_invitation,
)
from accounts.services.tokens import create_token, find_token
from core.exceptions import InvalidInput, NotAllowed
from tests.conftest import Settled
from tests.factories import make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_invitation(settings: Settings) -> None:
    settings.REGISTRATION = "invite"


@pytest.fixture
def warden(db: None) -> User:
    return make_user("warden", is_staff=True, is_superuser=True)


def refused(code: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidInput) as error:
        check_invitation(code)
    return [(each.field, each.code, each.message) for each in error.value.errors]


@pytest.mark.parametrize("mode", ["open", "closed", "invite", "approval"])
def test_state_is_the_setting_while_there_is_room(settings: Settings, alma: User, mode: str) -> None:
    settings.REGISTRATION, settings.MAX_ACCOUNTS = mode, 2

    assert (registration_state(), needs_approval()) == (mode, mode == "approval")


def test_site_with_as_many_accounts_as_it_holds_is_full(settings: Settings, alma: User) -> None:
    settings.MAX_ACCOUNTS = 1

    with pytest.raises(NotAllowed) as error:
        check_open()

    assert (registration_state(), error.value.code) == ("full", "sign_up_full")


def test_closed_site_says_closed_even_when_it_is_full(settings: Settings, alma: User) -> None:
    settings.REGISTRATION, settings.MAX_ACCOUNTS = "closed", 1

    with pytest.raises(NotAllowed) as error:
        check_open()

    assert (registration_state(), error.value.code) == ("closed", "sign_up_closed")


def test_state_without_a_cap_asks_nothing(alma: User, django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert registration_state() == "invite"


def test_invitation_is_found_by_its_code_and_keeps_only_the_digest(alma: User) -> None:
    invitation, code = make_invitation(alma, note="for Hana")

    assert check_invitation(f" {code}\n") == invitation
    assert code not in str(Invitation.objects.values().get())


def test_invitation_that_is_not_good_says_the_same_whatever_is_wrong(alma: User, boris: User) -> None:
    used_up, _, over, revoked, _ = [make_invitation(alma) for _ in range(5)]
    closed = make_invitation(boris)
    use_invitation(used_up[0])
    Invitation.objects.filter(pk=over[0].pk).update(expires_at=timezone.now())
    revoke_invitation(alma, revoked[0].pk)
    User.objects.filter(pk=boris.pk).update(is_active=False)

    answers = [refused(code) for code in ("", "unknown", used_up[1], over[1], revoked[1], closed[1], "\ud800")]

    assert answers == [[("invitation", "invitation_invalid", "This invitation is not valid, or no longer.")]] * 7


def test_invitation_for_two_lets_two_in(alma: User) -> None:
    invitation, _ = make_invitation(alma, places=2)

    use_invitation(invitation)
    use_invitation(invitation)

    with pytest.raises(InvalidInput):
        use_invitation(invitation)
    assert Invitation.objects.get().uses_left == 0


@pytest.mark.django_db(transaction=True)
def test_one_place_used_fifty_times_at_once_lets_one_in() -> None:
    invitation, _ = make_invitation(make_user("alma"))

    def use() -> bool:
        try:
            use_invitation(Invitation.objects.get(pk=invitation.pk))
        except InvalidInput:
            return False
        return True

    assert sorted(together([use] * 50)) == [False] * 49 + [True]
    assert Invitation.objects.get().uses_left == 0


@pytest.mark.django_db(transaction=True)
def test_last_place_of_the_site_taken_by_twenty_at_once_makes_one_account(settings: Settings) -> None:
    settings.MAX_ACCOUNTS = 1

    def join(name: str) -> bool:
        try:
            with transaction.atomic():
                take_place()
                make_user(name)
        except NotAllowed:
            return False
        return True

    joined = together([lambda number=number: join(f"person{number}") for number in range(20)])  # type: ignore[misc]

    assert (sum(joined), User.objects.count()) == (1, 1)


# --- Approval


def test_person_who_waits_is_nobody_yet(alma: User) -> None:
    _, text = create_token(alma, scopes=["read"])
    find_token(text)

    await_approval(alma, "  I know Boris.  ")

    kept = User.objects.get()
    assert (kept.awaits_approval, kept.is_active, kept.application) == (True, False, "I know Boris.")
    assert (find_token(text), User.objects.visible_to(make_user("boris")).filter(pk=alma.pk).exists()) == (None, False)


@pytest.mark.parametrize("words", ["", "  ", "x" * 1001])
def test_application_without_words_or_with_too_many_is_refused(alma: User, words: str) -> None:
    with pytest.raises(InvalidInput) as error:
        await_approval(alma, words)

    assert [each.field for each in error.value.errors] == ["application"]
    assert User.objects.get().is_active


def test_approved_person_is_let_in_and_told(alma: User, warden: User, settled: Settled) -> None:
    await_approval(alma, "Please.")

    with settled():
        decided = [approve_account(warden, alma), approve_account(warden, alma)]

    kept = User.objects.get(pk=alma.pk)
    assert (decided, kept.is_active, kept.awaits_approval) == ([True, False], True, False)
    assert [(each.to, each.subject) for each in mail.outbox] == [(["alma@example.org"], "Welcome to Contact Sheet")]
    assert "/login/" in str(mail.outbox[0].body)


def test_refused_person_is_told_why_and_gone(alma: User, warden: User, settled: Settled) -> None:
    await_approval(alma, "Please.")

    with settled():
        decided = [refuse_account(warden, alma, "We know <nobody> of you."), refuse_account(warden, alma, "x")]

    assert (decided, User.objects.filter(username="alma").exists()) == ([True, False], False)
    (sent,) = mail.outbox
    assert "We know <nobody> of you." in str(sent.body)
    assert "We know &lt;nobody&gt; of you." in str(sent.message())


def test_person_who_was_let_in_cannot_be_refused_any_more(alma: User, warden: User) -> None:
    assert refuse_account(warden, alma, "") is False
    assert User.objects.filter(pk=alma.pk).exists()


@pytest.mark.parametrize("decide", [approve_account, lambda actor, user: refuse_account(actor, user, "")])
def test_only_staff_who_may_change_people_decide(alma: User, boris: User, decide: object) -> None:
    await_approval(alma, "Please.")

    with pytest.raises(NotAllowed):
        decide(boris, alma)  # type: ignore[operator]

    assert User.objects.get(pk=alma.pk).awaits_approval


def test_waiting_person_decided_on_by_many_at_once_is_decided_on_once(
    transactional_db: None, settings: Settings
) -> None:
    warden, alma = make_user("warden", is_staff=True, is_superuser=True), make_user("alma")
    await_approval(alma, "Please.")

    decided = together([lambda: approve_account(warden, alma), lambda: refuse_account(warden, alma, "no")] * 5)

    assert sorted(decided) == [False] * 9 + [True]


def test_time_of_an_invitation_is_counted_from_now(alma: User) -> None:
    invitation, _ = make_invitation(alma, days=3)

    assert timedelta(days=2, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=3)
