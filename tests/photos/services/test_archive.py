import pytest

from accounts.models import User
from core.exceptions import Conflict, NotFound
from photos.models import Post
from photos.services.archive import archive_post, unarchive_post
from photos.services.likes import like_post
from photos.services.removals import remove_post
from photos.services.trash import restore_post, trash_post
from photos.signals import post_published, post_withdrawn
from tests.conftest import Settled
from tests.factories import make_like, make_post, make_user
from tests.news import heard


def counts(person: User) -> tuple[int, int, int, int]:
    person.refresh_from_db()
    return (
        person.own_post_count,
        person.public_post_count,
        person.follower_post_count,
        person.close_friend_post_count,
    )


def test_archive_post_takes_it_out_of_sight_and_counters_and_keeps_its_likes(
    alma: User, boris: User, settled: Settled
) -> None:
    post = make_post(alma)
    make_like(boris, post)

    with heard(post_withdrawn) as news, settled():
        archive_post(alma, post)

    archived = Post.objects.get()
    assert (archived.state, archived.like_count, archived.archived_at is not None) == ("archived", 1, True)
    assert news == [{"post_id": post.pk, "author_id": alma.pk}]
    assert counts(alma) == (0, 0, 0, 0)
    assert not Post.objects.visible_to(boris).exists()
    assert list(Post.objects.visible_to(alma)) == [post]
    assert not Post.objects.listed_for(alma).exists()
    with pytest.raises(NotFound):
        like_post(boris, post.pk)


def test_unarchive_post_brings_it_back_in_its_place(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)
    make_like(boris, post)
    archive_post(alma, post)

    with heard(post_published) as news, settled():
        unarchive_post(alma, post)

    back = Post.objects.get()
    assert (back.state, back.like_count, back.archived_at) == ("published", 1, None)
    assert back.published_at == post.published_at
    assert news == [{"post_id": post.pk, "author_id": alma.pk}]
    assert counts(alma) == (1, 1, 0, 0)


def test_archive_and_unarchive_said_twice_count_once(alma: User) -> None:
    post = make_post(alma, audience="close_friends")
    assert counts(alma) == (1, 0, 0, 1)

    archive_post(alma, post)
    archive_post(alma, post)
    assert counts(alma) == (0, 0, 0, 0)

    unarchive_post(alma, post)
    unarchive_post(alma, post)
    assert counts(alma) == (1, 0, 0, 1)


def test_post_that_is_not_out_yet_cannot_be_archived(alma: User) -> None:
    with pytest.raises(Conflict):
        archive_post(alma, make_post(alma, state="publishing"))


@pytest.mark.parametrize("change", [archive_post, unarchive_post], ids=lambda change: change.__name__)
def test_post_of_somebody_else_and_one_in_the_trash_are_not_found(alma: User, boris: User, change: object) -> None:
    for actor, post in ((boris, make_post(alma)), (alma, make_post(alma, state="trashed"))):
        with pytest.raises(NotFound):
            change(actor, post)  # type: ignore[operator]


def test_archived_post_goes_through_the_trash_back_to_the_archive(alma: User) -> None:
    post = make_post(alma)
    archive_post(alma, post)
    trash_post(alma, post)
    assert Post.objects.get().state == "trashed"

    restore_post(alma, post)

    assert Post.objects.get().state == "archived"
    assert counts(alma) == (0, 0, 0, 0)


def test_removed_post_cannot_be_archived(alma: User) -> None:
    post = make_post(alma)
    remove_post(make_user("keeper", is_staff=True), post, reason="No spam.")

    with pytest.raises(NotFound):
        archive_post(alma, post)
