import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccessToken, Block, Device, Follow, SecurityEvent, User
from accounts.services.closing import can_reopen, close_account, deactivate_account
from accounts.services.follows import follow_user
from accounts.services.tokens import create_token, find_token
from accounts.services.usernames import renames_left
from tests.accounts.conftest import News
from tests.conftest import AsUser, Settled
from tests.factories import PASSWORD, make_block, make_follow, make_user

LISTS = ["user", "follow", "block", "accesstoken"]


@pytest.fixture
def staff(as_user: AsUser, db: None) -> Client:
    return as_user(make_user("chief", is_staff=True, is_superuser=True))


def fill(rows: int) -> None:
    for _ in range(rows):
        one, other = make_user(avatar_key="ab/cd.jpg"), make_user()
        make_follow(one, other)
        make_block(make_user(), one)
        create_token(one, scopes=["read"])


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", LISTS)
def test_list_makes_the_same_queries_however_many_rows(
    staff: Client, page: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(rows)
    staff.get(f"/admin/accounts/{page}/")

    with django_assert_num_queries(3):
        response = staff.get(f"/admin/accounts/{page}/")

    assert response.status_code == 200


@pytest.mark.parametrize("page", LISTS)
def test_list_is_for_staff_only(as_user: AsUser, alma: User, page: str) -> None:
    answers = [as_user(viewer).get(f"/admin/accounts/{page}/") for viewer in (None, alma)]

    assert [each.status_code for each in answers] == [302, 302]
    assert [each["Location"].split("?")[0] for each in answers] == ["/admin/login/"] * 2


def test_people_are_found_by_name_and_address_with_their_picture(staff: Client) -> None:
    make_user("alma", avatar_key="ab/cd.jpg", display_name="Alma Berg")
    make_user("boris")

    for words in ("alma", "Berg", "alma@example.org"):
        text = staff.get("/admin/accounts/user/", {"q": words}).text
        assert ("alma@example.org" in text, "boris@example.org" in text) == (True, False)
        assert '<img src="/media/renditions/ab/cd.jpg?' in text


def test_people_are_filtered(staff: Client) -> None:
    make_user("alma", is_private=True)
    make_user("boris", is_active=False)

    private = staff.get("/admin/accounts/user/", {"is_private__exact": 1}).text
    closed = staff.get("/admin/accounts/user/", {"is_active__exact": 0}).text

    assert ("alma@" in private, "boris@" in private) == (True, False)
    assert ("alma@" in closed, "boris@" in closed) == (False, True)


def test_follows_are_found_and_filtered(staff: Client, alma: User, boris: User) -> None:
    closed = make_user("closed", is_private=True)
    make_follow(alma, boris)
    follow_user(boris, closed)

    found = staff.get("/admin/accounts/follow/", {"q": "alma"}).text
    requested = staff.get("/admin/accounts/follow/", {"state__exact": "requested"}).text

    assert ("1 result" in found, "1 result" in requested) == (True, True)


def test_person_is_added_with_a_password(staff: Client) -> None:
    sent = {
        "username": "newcomer",
        "email": "new@example.org",
        "usable_password": "true",
        "password1": "kiln-shelf-93",
        "password2": "kiln-shelf-93",
    }

    response = staff.post("/admin/accounts/user/add/", sent)

    assert response.status_code == 302
    assert User.objects.get(username="newcomer").check_password("kiln-shelf-93")


def edit(staff: Client, user: User, **changes: str) -> int:
    page = staff.get(f"/admin/accounts/user/{user.pk}/change/")
    form = page.context["adminform"].form
    sent = {name: value for name, value in form.initial.items() if value not in (None, False, [])}
    return staff.post(f"/admin/accounts/user/{user.pk}/change/", {**sent, **changes}).status_code


def test_person_with_a_name_nobody_can_have_is_refused(staff: Client, alma: User) -> None:
    assert edit(staff, alma, username="Al ma") == 200
    assert User.objects.get(pk=alma.pk).username == "alma"


def test_person_closed_by_staff_can_do_nothing_more(staff: Client, as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    assert edit(staff, alma, is_active="") == 302
    assert client.get("/activity/").status_code == 302


def test_person_closed_by_staff_is_told_like_one_who_left(
    staff: Client, alma: User, news: News, settled: Settled
) -> None:
    with settled():
        edit(staff, alma, is_active="", display_name="Alma B.")
        edit(staff, User.objects.get(pk=alma.pk), is_active="")

    closed = User.objects.get(pk=alma.pk)
    assert (closed.is_active, closed.closed_at, closed.display_name) == (False, None, "Alma B.")
    assert news == [("account_closed", {"user_id": alma.pk})]


def test_person_who_left_is_suspended_by_an_action_and_not_by_saving_something_else(staff: Client, alma: User) -> None:
    deactivate_account(alma, password=PASSWORD, address="192.0.2.7")
    assert edit(staff, User.objects.get(pk=alma.pk), is_active="", bio="New") == 302
    assert can_reopen(User.objects.get(pk=alma.pk))

    staff.post("/admin/accounts/user/", {"action": "suspend", "_selected_action": [alma.pk]})

    assert not can_reopen(User.objects.get(pk=alma.pk))
    assert LogEntry.objects.filter(object_id=str(alma.pk), change_message__contains="Suspended").count() == 1


def test_person_who_left_and_is_brought_back_by_staff_is_not_deleted_later(staff: Client, alma: User) -> None:
    close_account(alma, password=PASSWORD, address="192.0.2.7")

    assert edit(staff, User.objects.get(pk=alma.pk), is_active="on") == 302
    back = User.objects.get(pk=alma.pk)
    assert (back.is_active, back.closed_at) == (True, None)


@pytest.mark.parametrize(("sent", "quota"), [("5000", 5000), ("0", 0), ("", None)])
def test_room_of_a_person_is_set_by_staff(staff: Client, alma: User, sent: str, quota: int | None) -> None:
    User.objects.filter(pk=alma.pk).update(quota_bytes=77)

    assert edit(staff, alma, quota_bytes=sent) == 302
    assert User.objects.get(pk=alma.pk).quota_bytes == quota


def test_account_opened_by_staff_lets_in_who_asked(staff: Client, alma: User, boris: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    follow_user(boris, alma)

    assert edit(staff, alma, is_private="") == 302
    assert (User.objects.get(pk=alma.pk).is_private, Follow.objects.get().state) == (False, "accepted")


def test_account_closed_by_staff_is_closed(staff: Client, alma: User) -> None:
    assert edit(staff, alma, is_private="on") == 302
    assert User.objects.get(pk=alma.pk).is_private


# --- What staff change is told to its person, and ends sessions


def is_in(client: Client) -> list[bool]:
    """On the ordinary way, and on the express one."""
    return [client.get("/settings/sessions/").status_code == 200, client.get("/rest/v1/feed").status_code == 200]


def told(user: User) -> list[tuple[str, str, str]]:
    lines = SecurityEvent.objects.filter(user=user).exclude(kind__in=["logged_in", "session_ended"])
    return list(lines.order_by("id").values_list("kind", "detail", "address"))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"is_staff": "on"}, [("rights_changed", "", "")]),
        ({"is_superuser": "on"}, [("rights_changed", "", "")]),
        ({"groups": "77"}, [("rights_changed", "", "")]),
        ({"email": "New@Example.org"}, [("email_changed", "new@example.org", "")]),
        ({"is_active": ""}, []),
    ],
)
def test_change_by_staff_ends_the_sessions_of_its_person_and_is_told(
    staff: Client, as_user: AsUser, alma: User, change: dict[str, str], line: list[tuple[str, str, str]]
) -> None:
    client, stranger = as_user(alma), as_user(make_user())
    Group.objects.create(pk=77, name="Wardens")

    assert edit(staff, alma, **change) == 302

    assert (is_in(client), is_in(stranger), is_in(staff)) == ([False, False], [True, True], [True, True])
    assert (told(alma), Device.objects.filter(user=alma).exclude(session=None).exists()) == (line, False)


def test_session_of_before_an_account_was_closed_by_staff_does_not_come_back_with_it(
    staff: Client, as_user: AsUser, alma: User
) -> None:
    client = as_user(alma)

    edit(staff, alma, is_active="")
    edit(staff, User.objects.get(pk=alma.pk), is_active="on")

    assert is_in(client) == [False, False]


def test_address_given_by_staff_has_to_be_proved_and_the_one_of_before_is_told(
    staff: Client, alma: User, settled: Settled
) -> None:
    with settled():
        edit(staff, alma, email="New@Example.org")
    client = Client()

    answer = client.post("/login/", {"username": "new@example.org", "password": PASSWORD})

    (sent,) = mail.outbox
    assert (sent.to, "The people who run this site did it." in str(sent.body)) == (["alma@example.org"], True)
    assert list(EmailAddress.objects.filter(user=alma).values_list("email", "verified")) == [("new@example.org", False)]
    assert answer["Location"] == "/verify/"


@pytest.mark.parametrize(
    "sent",
    [
        {"usable_password": "true", "password1": "new-kiln-93", "password2": "new-kiln-93"},
        {"usable_password": "false", "unset-password": "1"},
    ],
)
def test_password_set_or_taken_by_staff_ends_every_session_and_is_told(
    staff: Client, as_user: AsUser, alma: User, settled: Settled, sent: dict[str, str]
) -> None:
    client = as_user(alma)
    before = is_in(client)

    with settled():
        response = staff.post(f"/admin/accounts/user/{alma.pk}/password/", sent)

    assert (response.status_code, before, is_in(client), is_in(staff)) == (302, [True] * 2, [False] * 2, [True] * 2)
    assert told(alma) == [("password_changed", "", "")]
    assert [(each.to, "127.0.0.1" in str(each.body)) for each in mail.outbox] == [(["alma@example.org"], False)]


def test_staff_who_change_themselves_stay_under_a_new_key(staff: Client, as_user: AsUser) -> None:
    chief = User.objects.get(username="chief")
    other, key = as_user(chief), staff.cookies["session"].value

    edit(staff, chief, email="head@example.org")

    assert (is_in(staff), is_in(other)) == ([True, True], [False, False])
    assert staff.cookies["session"].value != key


def test_renaming_by_staff_is_told_audited_and_not_counted(staff: Client, alma: User, settled: Settled) -> None:
    with settled():
        for name in ("one", "two", "three", "four"):
            edit(staff, User.objects.get(pk=alma.pk), username=name)

    assert (User.objects.get(pk=alma.pk).username, renames_left(alma)) == ("four", 3)
    assert told(alma)[-1] == ("renamed", "three → four", "")
    assert [(each.to, "from three to four" in str(each.body)) for each in mail.outbox][-1] == (
        *(["alma@example.org"], True),
    )
    assert "The people who run this site did it." in str(mail.outbox[-1].message())
    assert LogEntry.objects.filter(object_id=str(alma.pk), change_message__contains="Username").count() == 4


@pytest.mark.parametrize("one_by_one", [True, False])
def test_follow_deleted_by_staff_sets_the_counters_right(
    staff: Client, alma: User, boris: User, one_by_one: bool
) -> None:
    make_follow(alma, boris)
    follow = Follow.objects.get()

    if one_by_one:
        staff.post(f"/admin/accounts/follow/{follow.pk}/delete/", {"post": "yes"})
    else:
        sent = {"action": "delete_selected", "_selected_action": [follow.pk], "post": "yes"}
        staff.post("/admin/accounts/follow/", sent)

    counters = User.objects.filter(pk__in=[alma.pk, boris.pk]).values_list("follower_count", "following_count")
    assert (Follow.objects.count(), set(counters)) == (0, {(0, 0)})


def test_token_revoked_by_staff_works_no_more_and_its_digest_is_not_shown(staff: Client, alma: User) -> None:
    token, text = create_token(alma, scopes=["read"], name="phone")
    page = f"/admin/accounts/accesstoken/{token.pk}/change/"
    shown = staff.get(page).text

    response = staff.post(page, {"revoked_at_0": "2026-01-01", "revoked_at_1": "00:00:00"})

    assert (token.digest in shown, response.status_code, find_token(text)) == (False, 302, None)


@pytest.mark.parametrize("page", ["follow", "block", "accesstoken"])
def test_relations_and_tokens_are_not_made_by_staff(staff: Client, page: str) -> None:
    assert staff.get(f"/admin/accounts/{page}/add/").status_code == 403
    assert (Follow.objects.count(), Block.objects.count(), AccessToken.objects.count()) == (0, 0, 0)
