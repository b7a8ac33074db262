import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as site
from django.utils import timezone

from accounts.models import DeletionReceipt, Follow, User
from accounts.services.follows import follow_user
from accounts.services.receipts import begin_receipt
from core.models import IdempotentAnswer
from core.storage import random_key, save_bytes
from core.valkey import valkey
from photos.models import Like, Media, Post, Upload, UploadPart
from photos.services.avatars import change_avatar, change_header
from photos.services.purging import purge_account
from photos.services.trash import trash_post
from photos.tasks import purge_accounts
from tests.conftest import AsUser, Settled
from tests.factories import make_block, make_export, make_follow, make_like, make_mute, make_post
from tests.images import jpeg
from tests.keeping import everything
from tests.uploads import publish, upload


def close(person: User, *, days: float = 31) -> None:
    closed_at = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=person.pk).update(
        is_active=False, closed_at=closed_at, delete_at=closed_at + timedelta(days=site.TRASH_DAYS)
    )


def counts(person: User) -> tuple[int, ...]:
    person.refresh_from_db()
    return person.follower_count, person.following_count, person.own_post_count, person.public_post_count


def rows_of(person: User) -> dict[str, int]:
    """Rows of every table that point at this person, by a key or by the bare number in a column."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.concrete and (field.related_model is User or field.name in {"user_id", "owner_id"}):
                number = model._base_manager.filter(**{field.name: person.pk}).count()
                found[f"{model.__name__}.{field.name}"] = number
    return {name: number for name, number in found.items() if number}


def fill(person: User, settled: Settled) -> Post:
    """One of everything a person can leave behind; returns a published post."""
    with settled():
        post = publish(person, jpeg(seed=1), jpeg(seed=2), tags=("kiln",))
        publish(person, jpeg(seed=3), audience="followers")
        in_trash = publish(person, jpeg(seed=4))
        upload(person, jpeg(seed=5))
        change_avatar(person, io.BytesIO(jpeg(seed=6)), size=len(jpeg(seed=6)))
        change_header(person, io.BytesIO(jpeg(seed=7)), size=len(jpeg(seed=7)))
    with settled():
        trash_post(person, in_trash)
    item = Upload.objects.create(
        id=person.pk + 1, owner=person, way="tus", bytes=20, offset=5, expires_at=timezone.now()
    )
    part = UploadPart.objects.create(upload=item, offset=0, bytes=5, key=random_key(".part"))
    save_bytes("uploads", part.key, b"01234")
    IdempotentAnswer.objects.create(owner_id=person.pk, key="k", request_hash="h")
    make_export(person)
    begin_receipt(person)
    return post


def test_purge_account_leaves_no_row_and_no_file(
    alma: User, boris: User, settled: Settled, media_folders: Path
) -> None:
    post = fill(alma, settled)
    make_follow(alma, boris)
    make_follow(boris, alma)
    make_like(boris, post)
    make_block(alma, boris)
    make_mute(boris, alma)
    close(alma)
    assert len(everything(media_folders)) > 20

    with settled():
        assert purge_account(alma.pk)

    assert (everything(media_folders), rows_of(alma)) == (set(), {})
    assert [User.objects.get(), Media.objects.count(), Post.objects.count()] == [boris, 0, 0]
    assert (Like.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)
    receipt = DeletionReceipt.objects.get()
    assert (receipt.user_id, receipt.completed_at is not None, receipt.counts["posts"]) == (None, True, 3)


def test_purge_account_sets_the_counters_of_others_right_and_leaves_their_files(
    alma: User, boris: User, carla: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(boris)
    before = everything(media_folders)
    for one, other in ((alma, boris), (boris, alma), (carla, boris)):
        make_follow(one, other)
    make_like(alma, post)
    make_like(carla, post)
    assert counts(boris) == (2, 1, 1, 1)
    close(alma)

    with settled():
        purge_account(alma.pk)

    post.refresh_from_db()
    assert (counts(boris), counts(carla), post.like_count) == ((1, 0, 1, 1), (0, 1, 0, 0), 1)
    assert everything(media_folders) == before
    assert Follow.objects.count() == 1


def test_purge_account_withdraws_requests_that_nobody_counted(alma: User, boris: User, settled: Settled) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=True)
    follow_user(alma, boris)
    close(alma)

    with settled():
        purge_account(alma.pk)

    assert (counts(boris), Follow.objects.count()) == ((0, 0, 0, 0), 0)


def test_purge_account_takes_posts_in_every_state(alma: User, settled: Settled) -> None:
    """Also one that staff removed, which its author could not move to the trash."""
    for state in Post.State.values:
        make_post(alma, state=state)
    close(alma)

    with settled():
        assert purge_account(alma.pk)

    assert (User.objects.count(), Post.objects.count(), Media.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("how", ["active", "suspended", "reopened"])
def test_purge_account_that_is_not_closed_does_nothing(
    alma: User, settled: Settled, media_folders: Path, how: str
) -> None:
    with settled():
        upload(alma)
    before = everything(media_folders)
    if how == "suspended":
        User.objects.filter(pk=alma.pk).update(is_active=False)
    elif how == "reopened":
        close(alma)
        User.objects.filter(pk=alma.pk).update(is_active=True, closed_at=None, delete_at=None)

    assert not purge_account(alma.pk)
    assert (everything(media_folders), User.objects.count()) == (before, 1)


def test_purge_account_twice_is_harmless(alma: User, settled: Settled) -> None:
    close(alma)

    with settled():
        assert [purge_account(alma.pk), purge_account(alma.pk)] == [True, False]


def test_purge_accounts_task_takes_accounts_closed_longer_than_the_term(
    alma: User, boris: User, carla: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        upload(alma)
        kept = upload(boris)
    close(alma, days=site.TRASH_DAYS + 0.1)
    close(boris, days=site.TRASH_DAYS - 0.1)

    with settled():
        purge_accounts()

    assert set(User.objects.all()) == {boris, carla}
    assert {name.partition("/")[2] for name in everything(media_folders) if name.startswith("originals")} == {
        kept.original_key
    }


def test_purge_account_before_its_time_does_nothing(alma: User, settled: Settled) -> None:
    close(alma, days=site.TRASH_DAYS - 1)

    with settled():
        assert not purge_account(alma.pk)


def test_purge_account_leaves_no_key_of_the_person_in_valkey(
    alma: User, boris: User, settled: Settled, media_folders: Path, as_user: AsUser
) -> None:
    fill(alma, settled)
    make_follow(boris, alma)
    for person in (alma, boris):
        as_user(person).get("/")
        as_user(person).get("/@alma/")
    close(alma)

    with settled():
        purge_account(alma.pk)

    assert [key for key in valkey().scan_iter("*") if str(alma.pk).encode() in key] == []
