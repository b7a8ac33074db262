import pytest

from accounts.models import User
from photos.models import Media, Post
from photos.services.publishing import publish_if_ready, publish_when_ready
from photos.signals import post_published
from tests.conftest import Settled
from tests.factories import make_media, make_post
from tests.news import heard
from tests.photos.services.test_posts import counters


def test_publish_if_ready_publishes_once(alma: User, settled: Settled) -> None:
    post = make_post(alma, state="publishing", pictures=2)
    Media.objects.update(state="ready")

    with heard(post_published) as news, settled():
        assert [publish_if_ready(post.pk), publish_if_ready(post.pk)] == [True, False]

    post.refresh_from_db()
    assert (post.state, post.published_at is None, counters(alma)) == ("published", False, (1, 1, 0))
    assert news == [{"post_id": post.pk, "author_id": alma.pk}]


@pytest.mark.parametrize("state", ["received", "processing", "failed"])
def test_publish_if_ready_waits_for_the_last_picture(alma: User, state: str) -> None:
    post = make_post(alma, state="publishing", pictures=0)
    make_media(alma, post)
    make_media(alma, post, state=state)

    assert not publish_if_ready(post.pk)
    assert (Post.objects.get().state, counters(alma)) == ("publishing", (0, 0, 0))


def test_publish_if_ready_of_a_post_without_pictures_waits(alma: User) -> None:
    assert not publish_if_ready(make_post(alma, state="publishing", pictures=0).pk)


def test_publish_if_ready_of_a_trashed_post_leaves_it_there(alma: User) -> None:
    post = make_post(alma, state="trashed")

    assert not publish_if_ready(post.pk)
    assert (Post.objects.get().state, counters(alma)) == ("trashed", (0, 0, 0))


def test_publish_when_ready_of_a_media_in_no_post_publishes_nothing(alma: User, settled: Settled) -> None:
    with heard(post_published) as news, settled():
        publish_when_ready(make_media(alma))

    assert news == []
