from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from redis.exceptions import RedisError

from accounts.models import User
from core.valkey import valkey
from feeds.timeline import read_timeline
from tests.away import take_valkey_away
from tests.factories import make_follow, make_post, make_user


def refresh_feeds(*arguments: str) -> str:
    out = StringIO()
    call_command("refresh_feeds", *arguments, stdout=out)
    return out.getvalue()


def built() -> set[str]:
    """Whose feed is there."""
    return {user.username for user in User.objects.all() if valkey().exists(f"feed:{user.pk}")}


def test_command_builds_the_feeds_of_all_active_people(alma: User, boris: User) -> None:
    make_user("away", last_seen_at=timezone.now() - timedelta(days=100))
    make_follow(alma, boris)
    post = make_post(boris)

    assert refresh_feeds() == "2 of 2 feeds built\n"

    assert built() == {"alma", "boris"}
    feed = read_timeline(alma.pk)
    assert feed is not None
    assert list(feed.post_ids) == [post.pk]


def test_command_builds_anew_although_the_hour_is_done(alma: User) -> None:
    refresh_feeds()
    first = read_timeline(alma.pk)
    valkey().set("feeds:refreshed:2026-05-06T10", 1)

    refresh_feeds()

    assert first is not None
    assert read_timeline(alma.pk, first.build_id) == first


def test_command_tells_every_hundred_people_how_far_it_is(db: None) -> None:
    people = [
        User(username=f"p{number}", email=f"p{number}@example.org", last_seen_at=timezone.now())
        for number in range(101)
    ]
    User.objects.bulk_create(people)

    assert refresh_feeds() == "100 of 101 feeds built\n101 of 101 feeds built\n"


@pytest.mark.parametrize("name", ["alma", "ALMA"])
def test_command_for_one_person_builds_that_feed_alone(alma: User, boris: User, name: str) -> None:
    assert refresh_feeds("--user", name) == "1 of 1 feeds built\n"

    assert built() == {"alma"}


def test_command_for_one_person_does_not_ask_when_they_were_here(alma: User) -> None:
    User.objects.filter(pk=alma.pk).update(last_seen_at=None)

    refresh_feeds("--user", "alma")

    assert built() == {"alma"}


@pytest.mark.parametrize("name", ["nobody", "closed"])
@pytest.mark.django_db
def test_command_for_somebody_unknown_or_closed_says_so(name: str) -> None:
    make_user("closed", is_active=False)

    with pytest.raises(CommandError, match=f"There is no active account named '{name}'."):
        refresh_feeds("--user", name)

    assert built() == set()


def test_command_fails_while_valkey_is_away(settings: Settings, alma: User) -> None:
    take_valkey_away(settings)

    with pytest.raises(RedisError):
        refresh_feeds()
