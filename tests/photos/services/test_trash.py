import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.events import relay
from core.exceptions import Conflict, NotFound
from core.models import OutboxTask
from photos.models import Like, Media, OriginalCopy, Post, PostTag, Rendition
from photos.services.alarms import open_alarm
from photos.services.avatars import change_avatar
from photos.services.trash import delete_media, purge_expired, purge_post, restore_post, trash_post
from photos.signals import post_published, post_withdrawn
from photos.tasks import purge_trash
from tests.conftest import Settled
from tests.factories import make_like, make_media, make_post
from tests.faults.storages import use_storage
from tests.images import jpeg
from tests.keeping import alarms, everything
from tests.news import heard
from tests.photos.services.test_posts import addresses, answers, counters
from tests.uploads import publish, stored, upload

ROWS = (Post, Media, OriginalCopy, Rendition, PostTag, Like)


def put_in_trash(post: Post, *, days: float) -> None:
    Post.objects.filter(pk=post.pk).update(state="trashed", trashed_at=timezone.now() - timedelta(days=days))


def test_trash_post_takes_it_out_of_sight_and_counters(alma: User, boris: User) -> None:
    post = make_post(alma, audience="followers")

    trash_post(alma, post)

    post.refresh_from_db()
    assert (post.state, post.trashed_at is None, counters(alma)) == ("trashed", False, (0, 0, 0))
    assert not Post.objects.visible_to(alma).exists()


def test_trash_post_twice_counts_once(alma: User) -> None:
    post = make_post(alma)
    make_post(alma)

    trash_post(alma, post)
    trash_post(alma, post)

    assert counters(alma) == (1, 1, 0)


def test_trash_post_before_it_is_out_counts_nothing(alma: User) -> None:
    trash_post(alma, make_post(alma, state="publishing"))

    assert counters(alma) == (0, 0, 0)


def test_trash_post_tells_the_others_and_kills_addresses(alma: User, settled: Settled, client: Client) -> None:
    with settled():
        post = publish(alma)
    old = addresses(post)

    with heard(post_withdrawn) as news, settled():
        trash_post(alma, post)

    assert news == [{"post_id": post.pk, "author_id": alma.pk}]
    assert answers(client, old) == {404}


@pytest.mark.parametrize("change", [trash_post, restore_post])
def test_trash_and_restore_of_a_post_of_somebody_else_are_not_found(alma: User, boris: User, change: object) -> None:
    post = make_post(alma)

    with pytest.raises(NotFound):
        change(boris, post)  # type: ignore[operator]

    post.refresh_from_db()
    assert (post.state, counters(alma)) == ("published", (1, 1, 0))


def test_restore_post_brings_everything_back(alma: User, boris: User, settled: Settled, client: Client) -> None:
    with settled():
        post = publish(alma, title="Glaze", tags=("kiln",))
    make_like(boris, post)
    post.refresh_from_db()
    before = {name: value for name, value in vars(post).items() if not name.startswith("_")}

    with settled():
        trash_post(alma, post)
    with heard(post_published) as news, settled():
        restored = restore_post(alma, post)

    after = {name: value for name, value in vars(Post.objects.get()).items() if not name.startswith("_")}
    assert after == {**before, "like_count": 1}
    assert (counters(alma), news) == ((1, 1, 0), [{"post_id": post.pk, "author_id": alma.pk}])
    assert answers(client, addresses(restored)) == {200}


def test_restore_post_that_is_not_in_the_trash_changes_nothing(alma: User) -> None:
    post = make_post(alma)

    restore_post(alma, post)

    post.refresh_from_db()
    assert (post.state, counters(alma)) == ("published", (1, 1, 0))


def test_restore_post_that_was_never_ready_goes_on_waiting(alma: User) -> None:
    post = make_post(alma, state="publishing")
    trash_post(alma, post)

    assert restore_post(alma, post).state == "publishing"
    assert counters(alma) == (0, 0, 0)


def test_purge_post_removes_every_row_and_every_object(
    alma: User, boris: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1), jpeg(seed=2), tags=("kiln",))
    make_like(boris, post)
    assert {alias: len(names) for alias, names in stored(media_folders).items()} == {
        "originals": 2,
        "originals-copy": 2,
        "renditions": 8,
    }

    with settled():
        trash_post(alma, post)
    with settled():
        assert purge_post(post.pk)

    assert [model.objects.count() for model in ROWS] == [0] * len(ROWS)
    assert stored(media_folders) == {}


def test_purge_post_removes_a_copy_that_has_no_row_yet(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        post = publish(alma)
    OriginalCopy.objects.filter(storage="originals").delete()

    with settled():
        trash_post(alma, post)
    with settled():
        purge_post(post.pk)

    assert everything(media_folders) == set()


def test_purge_post_with_a_storage_away_removes_its_objects_once_it_is_back(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma)
    with settled():
        trash_post(alma, post)
    use_storage("originals", "tests.faulty_storages.AwayStorage")
    with settled():
        purge_post(post.pk)
    assert [name.partition("/")[0] for name in everything(media_folders)] == ["originals"]
    use_storage("originals")
    OutboxTask.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))

    with settled():
        relay()

    assert (everything(media_folders), OutboxTask.objects.count()) == (set(), 0)


def test_purge_post_settles_what_was_wrong_with_its_copies(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        post = publish(alma)
    media = post.media.get()
    open_alarm("lost", "", media=media)
    open_alarm("unreadable", "originals")

    with settled():
        trash_post(alma, post)
        purge_post(post.pk)

    assert alarms() == [("lost", "", "deletion"), ("unreadable", "originals", "")]


def test_purge_post_leaves_what_is_not_in_the_trash(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        post = publish(alma)
    before = stored(media_folders)

    with settled():
        assert not purge_post(post.pk)

    assert (Post.objects.get(), stored(media_folders)) == (post, before)


def test_purge_expired_takes_what_is_older_than_the_term_and_nothing_else(alma: User) -> None:
    old, young, out = make_post(alma), make_post(alma), make_post(alma)
    put_in_trash(old, days=site.TRASH_DAYS + 0.01)
    put_in_trash(young, days=site.TRASH_DAYS - 0.01)

    assert purge_expired() == 1
    assert set(Post.objects.all()) == {young, out}


def test_purge_expired_takes_no_more_than_its_limit(alma: User) -> None:
    for _ in range(3):
        put_in_trash(make_post(alma), days=31)

    assert (purge_expired(limit=2), purge_expired(limit=2), purge_expired(limit=2)) == (2, 1, 0)


def test_purge_trash_task_run_twice_is_harmless(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        post = publish(alma)
    put_in_trash(post, days=31)

    with settled():
        purge_trash()
        purge_trash()

    assert (Post.objects.count(), stored(media_folders)) == (0, {})


def test_purge_of_a_picture_that_is_a_profile_picture_too_takes_it_down(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma)
    with settled():
        change_avatar(alma, io.BytesIO(jpeg()), size=len(jpeg()))
    alma.refresh_from_db()
    assert alma.avatar_key

    with settled():
        trash_post(alma, post)
        purge_post(post.pk)

    alma.refresh_from_db()
    assert alma.avatar_key == ""


def test_delete_media_removes_rows_and_objects(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma)

    with settled():
        delete_media(alma, media)

    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_delete_media_in_a_post_is_a_conflict_and_keeps_it(alma: User) -> None:
    media = make_post(alma).media.get()

    with pytest.raises(Conflict):
        delete_media(alma, media)

    assert Media.objects.get() == media


def test_delete_media_of_somebody_else_is_not_found(alma: User, boris: User) -> None:
    media = make_media(boris)

    with pytest.raises(NotFound):
        delete_media(alma, media)

    assert Media.objects.get() == media


def test_delete_media_that_went_into_a_post_meanwhile_is_a_conflict(alma: User) -> None:
    stale = make_media(alma)
    Media.objects.filter(pk=stale.pk).update(post=make_post(alma, pictures=0))

    with pytest.raises(Conflict):
        delete_media(alma, stale)

    assert Media.objects.get() == stale


@pytest.mark.parametrize("state", ["failed", "received"])
def test_restore_post_with_a_changed_recipe_not_developed_shows_what_it_showed(
    alma: User, settled: Settled, state: str
) -> None:
    with settled():
        post = publish(alma)
    Media.objects.filter(post=post).update(state=state)
    trash_post(alma, post)

    restored = restore_post(alma, post)

    assert (restored.state, counters(alma)) == ("published", (1, 1, 0))
