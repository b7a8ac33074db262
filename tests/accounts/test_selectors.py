import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import selectors
from accounts.access import get_user_for
from accounts.models import User
from accounts.selectors import can_see_posts_of
from accounts.services.follows import follow_user
from core.exceptions import NotFound
from tests.factories import make_block, make_follow, make_user


@pytest.mark.parametrize(("private", "seen"), [(False, [True, True, True, True]), (True, [False, False, True, True])])
def test_account_is_open_to_whom_it_should(
    alma: User, boris: User, carla: User, private: bool, seen: list[bool]
) -> None:
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(is_private=private)
    alma.refresh_from_db()

    assert [can_see_posts_of(viewer, alma) for viewer in (AnonymousUser(), carla, boris, alma)] == seen


def test_request_alone_opens_no_private_account(alma: User) -> None:
    closed = make_user(is_private=True)
    follow_user(alma, closed)

    assert not can_see_posts_of(alma, closed)


def test_account_the_viewer_blocks_is_not_open(alma: User, boris: User) -> None:
    make_block(alma, boris)

    assert not can_see_posts_of(alma, boris)


def test_person_is_found_by_name_in_any_case(alma: User) -> None:
    assert get_user_for(AnonymousUser(), "ALMA") == alma


def test_person_who_is_missing_closed_or_blocks_the_viewer_is_not_found(alma: User) -> None:
    make_user("gone", is_active=False)
    make_block(make_user("hater"), alma)

    for name in ("nobody", "gone", "hater"):
        with pytest.raises(NotFound):
            get_user_for(alma, name)


def test_person_the_viewer_blocks_is_found_so_that_it_can_be_lifted(alma: User, boris: User) -> None:
    make_block(alma, boris)

    assert get_user_for(alma, "boris") == boris


def test_follow_requests_are_counted_and_listed_newest_first(alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    asked = [follow_user(make_user(name), alma).pk for name in ("first", "second", "gone")]
    User.objects.filter(username="gone").update(is_active=False)

    page = selectors.follow_requests_page(alma, cursor="", limit=20)

    newest_first = alma.followed_by.filter(pk__in=asked[:2]).order_by("-id")
    assert list(page.items) == [follow.follower for follow in newest_first]
    assert selectors.follow_request_count(alma) == 2
