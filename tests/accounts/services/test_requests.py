import pytest

from accounts.models import Follow, User
from accounts.services.follows import follow_user
from accounts.services.requests import accept_follow_requests, refuse_follow_requests
from core.exceptions import InvalidInput
from tests.factories import make_user


@pytest.fixture
def closed(alma: User, boris: User, carla: User) -> User:
    """A private account that alma and boris ask to follow, and one of another that carla asks."""
    closed, other = make_user("closed", is_private=True), make_user("other", is_private=True)
    for person, target in [(alma, closed), (boris, closed), (carla, other)]:
        follow_user(person, target)
    return closed


def follows() -> list[tuple[str, str, str]]:
    rows = Follow.objects.order_by("follower__username")
    return list(rows.values_list("follower__username", "followee__username", "state"))


def test_many_requests_are_accepted_at_once_and_counted(closed: User) -> None:
    done = accept_follow_requests(closed, ["Alma", "boris", "boris"])

    assert done == ["alma", "boris"]
    assert follows()[:2] == [("alma", "closed", "accepted"), ("boris", "closed", "accepted")]
    closed.refresh_from_db()
    assert closed.follower_count == 2


def test_request_to_somebody_else_and_names_of_nobody_are_left_out(closed: User) -> None:
    before = follows()

    done = [
        answer(closed, ["carla", "nobody", "\0", "closed"])
        for answer in (accept_follow_requests, refuse_follow_requests)
    ]

    assert (done, follows()) == ([[], []], before)


def test_those_named_are_refused_and_the_others_wait(closed: User) -> None:
    assert refuse_follow_requests(closed, ["alma"]) == ["alma"]

    assert follows() == [("boris", "closed", "requested"), ("carla", "other", "requested")]


def test_follower_is_not_refused_afterwards(closed: User) -> None:
    accept_follow_requests(closed, ["alma"])

    assert refuse_follow_requests(closed, ["alma"]) == []
    assert ("alma", "closed", "accepted") in follows()


def test_more_than_a_hundred_at_once_are_refused_whole(closed: User) -> None:
    with pytest.raises(InvalidInput):
        accept_follow_requests(closed, ["alma", *(f"person{n}" for n in range(100))])

    assert ("alma", "closed", "requested") in follows()
