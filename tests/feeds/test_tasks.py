import pytest
from celery import current_app
from celery.exceptions import Retry
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from core.events import enqueue
from feeds.models import FeedChunk
from feeds.tasks import build_chunk, push_post, refresh_feeds
from feeds.timeline import Timeline, read_timeline, write_timeline
from photos.signals import post_published
from tests.away import take_valkey_away
from tests.factories import make_follow, make_post


@pytest.mark.django_db
def test_work_for_feeds_waits_in_its_own_queue(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("feeds.build_chunk", chunk_id=1)
        post_published.send(sender=None, post_id=1, author_id=2)

    with current_app.connection_for_read() as connection, connection.SimpleQueue("feeds") as queue:
        assert queue.qsize() == 2


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
