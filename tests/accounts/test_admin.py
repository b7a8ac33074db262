import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccessToken, Block, Follow, User
from accounts.services.closing import close_account
from accounts.services.follows import follow_user
from accounts.services.tokens import create_token, find_token
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

    assert ("1 result" in found, "1 follow" in requested) == (True, True)


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
