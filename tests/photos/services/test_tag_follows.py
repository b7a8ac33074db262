import pytest
from pytest_django import Settings

from accounts.models import User
from core.exceptions import NotFound, RateLimited
from photos.models import TagFollow
from photos.selectors import followed_tags
from photos.services.tag_follows import follow_tag, unfollow_tag
from photos.services.trash import trash_post
from tests.factories import make_block, make_post


@pytest.mark.parametrize("times", [1, 2])
def test_tag_is_followed_once_however_often_it_is_said(alma: User, boris: User, times: int) -> None:
    make_post(boris, tags=("kiln",))

    names = [follow_tag(alma, "kiln").name for _ in range(times)]

    assert names == ["kiln"] * times
    assert list(TagFollow.objects.values_list("user__username", "tag__name")) == [("alma", "kiln")]


@pytest.mark.parametrize("times", [1, 2])
def test_follow_of_a_tag_ends_however_often_it_is_said(alma: User, boris: User, times: int) -> None:
    make_post(boris, tags=("kiln",))
    follow_tag(alma, "kiln")

    for _ in range(times):
        unfollow_tag(alma, "kiln")

    assert not TagFollow.objects.exists()


def test_tag_whose_posts_are_gone_stays_for_who_follows_it_until_they_end_it(alma: User, boris: User) -> None:
    post = make_post(boris, tags=("kiln",))
    follow_tag(alma, "kiln")
    trash_post(boris, post)

    unfollow_tag(alma, "kiln")

    assert not TagFollow.objects.exists()
    with pytest.raises(NotFound):
        follow_tag(alma, "kiln")


def test_tag_of_somebody_across_a_block_is_missing(alma: User, boris: User) -> None:
    make_post(boris, tags=("kiln",))
    make_block(boris, alma)

    with pytest.raises(NotFound):
        follow_tag(alma, "kiln")

    assert not TagFollow.objects.exists()


def test_following_tags_counts_against_the_limit_of_follows(alma: User, boris: User, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "follow": (1, 3600)}
    make_post(boris, tags=("kiln", "sea"))
    follow_tag(alma, "kiln")

    with pytest.raises(RateLimited):
        follow_tag(alma, "sea")

    assert followed_tags(alma) == ["kiln"]
