import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services.registration import await_approval
from tests.conftest import AsUser, Settled
from tests.factories import make_user

PAGE = "/admin/accounts/applicant/"


@pytest.fixture
def staff(as_user: AsUser, db: None) -> Client:
    return as_user(make_user("chief", is_staff=True, is_superuser=True))


def apply(name: str, words: str = "Please.") -> User:
    user = make_user(name)
    await_approval(user, words)
    return user


def state_of(user: User) -> tuple[bool, bool] | None:
    return User.objects.filter(pk=user.pk).values_list("is_active", "awaits_approval").first()


def choose(staff: Client, action: str, *people: User, **more: str) -> str:
    sent = {"action": action, "_selected_action": [str(person.pk) for person in people], **more}
    return staff.post(PAGE, sent, follow=True).text


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_shows_who_waits_with_their_words_in_the_same_queries(
    staff: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_user("member")
    for number in range(rows):
        apply(f"hana{number}", "I know <b>Boris</b>.")
    staff.get(PAGE)

    with django_assert_num_queries(3):
        text = staff.get(PAGE).text

    assert text.count("I know &lt;b&gt;Boris&lt;/b&gt;.") == rows
    assert "member@example.org" not in text


def test_queue_is_for_staff_who_may_change_people(as_user: AsUser, alma: User) -> None:
    helper = make_user("helper", is_staff=True)

    answers = [as_user(viewer).get(PAGE).status_code for viewer in (None, alma, helper)]

    assert answers == [302, 302, 403]


def test_chosen_people_are_let_in(staff: Client, settled: Settled) -> None:
    hana, ivo = apply("hana"), apply("ivo")

    with settled():
        text = choose(staff, "approve", hana)

    assert "Let in: 1." in text
    assert [state_of(each) for each in (hana, ivo)] == [(True, False), (False, True)]
    assert [each.to for each in mail.outbox] == [["hana@example.org"]]


def test_refusing_asks_for_the_reason_first(staff: Client, settled: Settled) -> None:
    hana = apply("hana", "<script>let me in</script>")

    asked = choose(staff, "refuse", hana)
    waiting = state_of(hana)
    with settled():
        text = choose(staff, "refuse", hana, reason="We are full.")

    assert ("&lt;script&gt;let me in" in asked, waiting) == (True, (False, True))
    assert ("Refused and deleted: 1." in text, state_of(hana)) == (True, None)
    assert "We are full." in str(mail.outbox[0].body)
