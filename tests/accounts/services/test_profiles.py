import pytest

from accounts.models import Follow, User
from accounts.services.follows import follow_user
from accounts.services.profiles import edit_profile, set_account_private, set_avatar
from core.exceptions import InvalidInput
from tests.accounts.conftest import News
from tests.conftest import Settled
from tests.factories import make_follow, make_user

PROFILE = ("display_name", "bio", "pronouns", "website", "links", "location")


def profile_of(user: User) -> dict[str, object]:
    return dict(User.objects.values(*PROFILE).get(pk=user.pk))


def test_edit_sets_the_named_fields_and_leaves_the_others(alma: User) -> None:
    edit_profile(alma, {"display_name": " Alma B. ", "location": "Porto"})

    edit_profile(alma, {"location": "", "website": "https://alma.example.org"})

    assert profile_of(alma) == {
        "display_name": "Alma B.",
        "bio": "",
        "pronouns": "",
        "website": "https://alma.example.org",
        "links": None,
        "location": "",
    }


def test_edit_keeps_links_in_order_each_once_and_with_their_scheme(alma: User) -> None:
    edit_profile(alma, {"links": [" b.example ", "", "http://a.example", "b.example"]})

    assert profile_of(alma)["links"] == ["https://b.example", "http://a.example"]
    edit_profile(alma, {"links": []})
    assert profile_of(alma)["links"] == []


def test_edit_of_other_fields_is_ignored(alma: User) -> None:
    before = User.objects.values().get(pk=alma.pk)

    edit_profile(alma, {"is_staff": True, "username": "root", "email": "x@example.org", "follower_count": 9, "id": 1})

    assert User.objects.values().get(pk=alma.pk) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "x" * 65),
        ("pronouns", "x" * 33),
        ("location", "x" * 65),
        ("website", "https://" + "x" * 200 + ".org"),
        ("website", "javascript:alert(1)"),
        ("website", "data:text/html,x"),
        ("website", "alma"),
        ("website", "]x"),
        ("website", "\u2100.example.org"),
        ("links", ["x", "]\x10\x1a"]),
        ("links", ["example.org"] * 4 + ["a.example", "b.example", "c.example", "d.example"]),
        ("links", ["example.org", "javascript:alert(1)"]),
        ("links", ["https://good.example@evil.example"]),
        ("links", ["https://example.org/" + "x" * 200]),
        ("links", ["a\0b.example"]),
    ],
)
def test_edit_with_a_value_that_cannot_be_names_the_field_and_changes_nothing(
    alma: User, field: str, value: object
) -> None:
    before = profile_of(alma)

    with pytest.raises(InvalidInput) as refused:
        edit_profile(alma, {"bio": "new", field: value})

    assert {each.field for each in refused.value.errors} == {field}
    assert profile_of(alma) == before


def test_closing_the_account_is_told_once_and_keeps_followers(
    alma: User, boris: User, news: News, settled: Settled
) -> None:
    make_follow(boris, alma)
    with settled():
        set_account_private(alma, True)
        set_account_private(alma, True)

    assert User.objects.get(pk=alma.pk).is_private
    assert Follow.objects.get().state == "accepted"
    assert news[-1:] == [("account_made_private", {"user_id": alma.pk})]
    assert [name for name, _ in news].count("account_made_private") == 1


def test_opening_the_account_lets_in_who_asked(
    alma: User, boris: User, carla: User, news: News, settled: Settled
) -> None:
    set_account_private(alma, True)
    for person in (boris, carla):
        follow_user(person, alma)

    with settled():
        set_account_private(alma, False)

    kept = User.objects.get(pk=alma.pk)
    assert (kept.is_private, kept.follower_count) == (False, 2)
    assert list(Follow.objects.values_list("state", flat=True)) == ["accepted", "accepted"]
    told = {arguments["follower_id"] for name, arguments in news if name == "user_followed"}
    assert told == {boris.pk, carla.pk}


def test_opening_one_account_leaves_requests_to_others(alma: User, boris: User) -> None:
    other = make_user("other", is_private=True)
    set_account_private(alma, True)
    follow_user(boris, other)

    set_account_private(alma, False)

    assert Follow.objects.get().state == "requested"


def test_avatar_is_set_and_removed(alma: User, boris: User) -> None:
    set_avatar(alma.pk, "ab/cd.jpg")
    assert User.objects.get(pk=alma.pk).avatar_key == "ab/cd.jpg"

    set_avatar(alma.pk, "")
    assert list(User.objects.values_list("avatar_key", flat=True)) == ["", ""]
