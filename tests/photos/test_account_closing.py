"""What closing an account does to its pictures, at once and when its time is over."""

import io
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone

from accounts.models import AccessToken, Follow, User
from accounts.services.closing import close_account, reopen_account, reopen_pass, suspend_account
from core.media_urls import media_url
from core.storage import save_bytes
from photos.models import Avatar, Header, Like, Media, OriginalCopy, Post, Rendition, Upload, UploadPart
from photos.services.avatars import change_avatar, change_header
from photos.services.trash import trash_post
from photos.tasks import purge_accounts, rekey_avatar
from tests.conftest import AsApp, Settled
from tests.factories import PASSWORD, make_follow, make_like, make_post
from tests.images import jpeg
from tests.photos.services.test_posts import addresses, answers
from tests.uploads import publish, stored, upload

ROWS = (User, Post, Media, OriginalCopy, Rendition, Like, Follow, Upload, UploadPart, Avatar, Header, AccessToken)


def close(person: User, days_ago: float = 0) -> None:
    close_account(person, password=PASSWORD, address="192.0.2.7")
    closed_at = timezone.now() - timedelta(days=days_ago)
    User.objects.filter(pk=person.pk).update(closed_at=closed_at, delete_at=closed_at + timedelta(days=30))


def face_addresses(person: User) -> list[str]:
    keys = User.objects.get(pk=person.pk).shown_keys
    return [media_url("renditions", key, content_type="image/jpeg", seconds=900) for key in keys]


def counters(person: User) -> tuple[int, int]:
    return User.objects.values_list("follower_count", "following_count").get(pk=person.pk)


# --- At once


def test_closed_account_kills_old_addresses_of_all_its_pictures(alma: User, settled: Settled, client: Client) -> None:
    with settled():
        posts = [
            publish(alma, jpeg(seed=seed), audience=audience) for seed, audience in enumerate(("public", "followers"))
        ]
    with settled():
        change_avatar(alma, io.BytesIO(jpeg(seed=9)), size=len(jpeg(seed=9)))
        change_header(alma, io.BytesIO(jpeg(seed=8)), size=len(jpeg(seed=8)))
    old = [*(url for post in posts for url in addresses(post)), *face_addresses(alma)]
    assert answers(client, old) == {200}

    with settled():
        close(alma)

    assert answers(client, old) == {404}


def test_reopened_account_shows_its_pictures_and_its_face_again(
    alma: User, settled: Settled, client: Client, as_app: AsApp, boris: User
) -> None:
    with settled():
        post = publish(alma)
        change_avatar(alma, io.BytesIO(jpeg()), size=len(jpeg()))
        change_header(alma, io.BytesIO(jpeg(seed=8)), size=len(jpeg(seed=8)))
    with settled():
        close(alma)

    reopen_account(reopen_pass(User.objects.get(pk=alma.pk)))

    assert answers(client, [*addresses(post), *face_addresses(alma)]) == {200}
    assert as_app(boris).get(f"/rest/v1/posts/{post.pk}").status_code == 200


def test_suspended_account_kills_old_addresses_too(alma: User, settled: Settled, client: Client) -> None:
    with settled():
        post = publish(alma)
    old = addresses(post)

    with settled():
        suspend_account(alma)

    assert answers(client, old) == {404}


def test_post_that_becomes_ready_after_its_account_was_closed_is_seen_by_nobody(
    alma: User, boris: User, settled: Settled, as_app: AsApp
) -> None:
    with settled():
        post = publish(alma)
        close(alma)

    assert Post.objects.get().state == "published"
    assert as_app(boris).get(f"/rest/v1/posts/{post.pk}").status_code == 404


def test_rekey_avatar_of_somebody_without_one_does_nothing(alma: User) -> None:
    rekey_avatar(user_id=alma.pk)

    assert User.objects.get().shown_keys == []


# --- When its time is over


def test_purge_leaves_no_file_and_no_row_and_counters_right(
    alma: User, boris: User, carla: User, settled: Settled, media_folders: Path, as_app: AsApp
) -> None:
    make_follow(alma, boris)
    make_follow(boris, alma)
    make_follow(carla, boris)
    liked = make_post(boris)
    make_like(alma, liked)
    make_like(carla, liked)
    with settled():
        kept = publish(boris, jpeg(seed=50))
    others_files = stored(media_folders)
    with settled():
        publish(alma, jpeg(seed=1), jpeg(seed=2), tags=("kiln",))
        trashed = publish(alma, jpeg(seed=3))
        upload(alma, jpeg(seed=4))
        change_avatar(alma, io.BytesIO(jpeg(seed=5)), size=len(jpeg(seed=5)))
        change_header(alma, io.BytesIO(jpeg(seed=6)), size=len(jpeg(seed=6)))
    make_like(boris, Post.objects.get(pk=trashed.pk))
    with settled():
        trash_post(alma, Post.objects.get(pk=trashed.pk))
    unfinished = Upload.objects.create(id=1, owner=alma, way="tus", bytes=9, offset=5, expires_at=timezone.now())
    UploadPart.objects.create(upload=unfinished, offset=0, bytes=5, key="ab/part")
    save_bytes("uploads", "ab/part", b"12345")
    as_app(alma)

    with settled():
        close(alma, days_ago=31)
    with settled():
        purge_accounts()

    assert (stored(media_folders), [*(media_folders / "uploads").rglob("part")]) == (others_files, [])
    assert {model.__name__: model.objects.count() for model in ROWS} == {
        "User": 2,
        "Post": 2,
        "Media": 2,
        "OriginalCopy": 4,
        "Rendition": 6 + kept.media.get().renditions.count(),
        "Like": 1,
        "Follow": 1,
        "Upload": 0,
        "UploadPart": 0,
        "Avatar": 0,
        "Header": 0,
        "AccessToken": 0,
    }
    assert (counters(boris), counters(carla), Post.objects.get(pk=liked.pk).like_count) == ((1, 0), (0, 1), 1)


def test_purge_takes_nobody_before_the_time_and_nobody_suspended(
    alma: User, boris: User, carla: User, settled: Settled
) -> None:
    make_post(alma)
    close(alma, days_ago=29)
    suspend_account(boris)
    close(carla, days_ago=40)
    User.objects.filter(pk=carla.pk).update(is_active=True)

    with settled():
        purge_accounts()

    assert (User.objects.count(), Post.objects.count()) == (3, 1)
