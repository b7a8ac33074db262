import pytest
from django.db import IntegrityError

from accounts.models import User
from core.ids import split_id
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_username_is_kept_in_lower_case() -> None:
    assert User.objects.create_user("Alma", "alma@example.org", "x").username == "alma"


def test_username_twice_is_refused_by_the_database() -> None:
    make_user("alma")

    with pytest.raises(IntegrityError, match="username"):
        User.objects.create_user("ALMA", "other@example.org", "x")


@pytest.mark.parametrize("name", ["al ma", "al-ma", "älma", "alma\n", "", "<b>"])
def test_username_with_other_signs_is_refused_by_the_database(name: str) -> None:
    with pytest.raises(IntegrityError, match="accounts_username_plain"):
        User.objects.create_user(name, "alma@example.org", "x")


def test_address_twice_in_another_case_is_refused_by_the_database() -> None:
    make_user("alma")

    with pytest.raises(IntegrityError, match="accounts_email_once"):
        User.objects.create_user("boris", "ALMA@EXAMPLE.ORG", "x")


def test_password_is_not_kept_in_the_open() -> None:
    user = User.objects.create_user("alma", "alma@example.org", "kiln-shelf-93")

    assert "kiln-shelf-93" not in user.password
    assert user.check_password("kiln-shelf-93")


def test_people_are_spread_over_shards() -> None:
    assert len({split_id(make_user().pk).shard for _ in range(10)}) > 5


def test_new_account_is_active_open_and_no_staff() -> None:
    user = make_user("alma")

    assert (user.is_active, user.is_private, user.is_staff, user.is_superuser) == (True, False, False, False)


def test_superuser_is_staff() -> None:
    user = User.objects.create_superuser("chief", "chief@example.org", "x")

    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize(("display_name", "name"), [("", "alma"), ("Alma B.", "Alma B.")])
def test_person_is_called_by_the_display_name_if_there_is_one(display_name: str, name: str) -> None:
    user = User(username="alma", display_name=display_name)

    assert (user.name, str(user)) == (name, "alma")


@pytest.mark.parametrize("counter", ["follower_count", "following_count", "own_post_count"])
def test_counter_below_zero_is_refused_by_the_database(counter: str) -> None:
    user = make_user()

    with pytest.raises(IntegrityError, match=counter):
        User.objects.filter(pk=user.pk).update(**{counter: -1})
