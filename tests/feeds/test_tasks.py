import pytest
from celery.exceptions import Retry
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from core.events import enqueue
from core.queues import queue_lengths
from feeds.models import FeedChunk
from feeds.tasks import build_chunk, push_post, refresh_feeds
from feeds.timeline import Timeline, read_timeline, write_timeline
from photos.signals import post_published
from tests.away import take_valkey_away
from tests.factories import make_follow, make_post


@pytest.mark.django_db
def test_push_to_many_waits_in_a_queue_of_its_own_and_not_behind_builds(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, alma: User
) -> None:
    post = make_post(alma)
    User.objects.filter(pk=alma.pk).update(follower_count=1_001)

    with django_capture_on_commit_callbacks(execute=True):
        enqueue("feeds.build_chunk", chunk_id=1)
        post_published.send(sender=None, post_id=post.pk, author_id=alma.pk)

    assert (waiting("feeds"), waiting("builds")) == (1, 1)


def test_push_to_few_followers_needs_no_worker(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, alma: User, boris: User
) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, []))
    post = make_post(alma)

    with django_capture_on_commit_callbacks(execute=True):
        post_published.send(sender=None, post_id=post.pk, author_id=alma.pk)

    pushed = read_timeline(boris.pk)
    assert pushed is not None
    assert (list(pushed.post_ids), waiting("feeds")) == ([post.pk], 0)


def waiting(name: str) -> int:
    return queue_lengths()[name]


def test_every_task_may_be_delivered_twice(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    write_timeline(boris.pk, Timeline(1, 0, []))
    post = make_post(alma)

    for _ in range(2):
        push_post.apply(kwargs={"post_id": post.pk}, throw=True)
    pushed = read_timeline(boris.pk)
    for _ in range(2):
        refresh_feeds.apply(throw=True)
        build_chunk.apply(kwargs={"chunk_id": FeedChunk.objects.get().pk}, throw=True)
    built = read_timeline(boris.pk)

    assert [feed and list(feed.post_ids) for feed in (pushed, built)] == [[post.pk], [post.pk]]


def test_push_is_tried_again_later_while_valkey_is_away(settings: Settings, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    post = make_post(alma)
    take_valkey_away(settings)

    with pytest.raises(Retry, match="Retry in 5s"):
        push_post.apply(kwargs={"post_id": post.pk}, throw=True)
