from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mute, User
from accounts.services.mutes import end_mutes_over, mute_user, unmute_user
from core.exceptions import InvalidInput
from tests.accounts.conftest import News
from tests.conftest import Settled
from tests.factories import make_mute, make_mute_over


def mutes() -> list[tuple[str, str, str]]:
    return list(Mute.objects.order_by("id").values_list("muter__username", "muted__username", "scope"))


def test_mute_without_words_is_of_posts_and_for_good(alma: User, boris: User) -> None:
    mute_user(alma, boris)

    assert (mutes(), Mute.objects.get().until) == ([("alma", "boris", "posts")], None)


def test_mute_said_again_replaces_scope_and_time(alma: User, boris: User) -> None:
    until = timezone.now() + timedelta(hours=1)
    mute_user(alma, boris, until=until)

    mute_user(alma, boris, scope="everything")
    assert (mutes(), Mute.objects.get().until) == ([("alma", "boris", "everything")], None)

    mute_user(alma, boris, until=until)
    assert (mutes(), Mute.objects.get().until) == ([("alma", "boris", "posts")], until)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_mute_until_a_moment_that_is_over_or_far_away_is_refused(alma: User, boris: User, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        mute_user(alma, boris, until=timezone.now() + timedelta(days=days))

    assert (refused.value.errors[0].code, mutes()) == ("until_invalid", [])


def test_mute_of_an_unknown_scope_is_refused(alma: User, boris: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        mute_user(alma, boris, scope="stories")

    assert (refused.value.errors[0].code, mutes()) == ("scope_unknown", [])


def test_mute_whose_time_is_over_is_not_in_force(alma: User, boris: User, carla: User) -> None:
    make_mute_over(alma, boris)
    make_mute(alma, carla)

    assert [mute.muted for mute in Mute.objects.in_force()] == [carla]


def test_mutes_over_are_ended_and_told_and_the_others_stay(
    alma: User, boris: User, carla: User, news: News, settled: Settled
) -> None:
    make_mute_over(alma, boris)
    make_mute(alma, carla)
    mute_user(boris, carla, until=timezone.now() + timedelta(hours=1))
    news.clear()

    with settled():
        ended = [end_mutes_over(), end_mutes_over()]

    assert (ended, mutes()) == ([1, 0], [("alma", "carla", "posts"), ("boris", "carla", "posts")])
    assert ("user_unmuted", {"muter_id": alma.pk, "muted_id": boris.pk}) in news


def test_unmute_of_nobody_is_no_error(alma: User, boris: User) -> None:
    unmute_user(alma, boris)

    assert mutes() == []
