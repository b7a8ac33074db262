"""Looking after buckets of a real store: listings, damage, repair, copies, orphans, deleting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from core import storage
from core.buckets import BucketStorage
from core.events import relay
from core.models import OutboxTask
from core.storage import CHUNK, media_storage, random_key, save_bytes
from engines.swift import Swift
from photos.models import Media, OriginalCopy
from photos.services.copying import copy_storage
from photos.services.purging import purge_account
from photos.services.reconciling import Plan, reconcile
from photos.services.scrubbing import Scope, scrub
from photos.services.trash import purge_post, trash_post
from photos.tasks import mend_copies
from tests.conftest import Settled
from tests.factories import make_export
from tests.images import jpeg
from tests.keeping import add_storage, alarms, everything
from tests.photos.services.test_purging import close
from tests.s3.buckets import Buckets, buckets_behind_storages
from tests.uploads import publish, upload


def forget_rests() -> None:
    """As if REST_SECONDS were over."""
    storage._away_since.clear()


def make_due() -> None:
    OutboxTask.objects.update(next_try_at=datetime.now(UTC) - timedelta(seconds=1))


def test_listing_has_every_object_below_its_prefix(s3_storages: Buckets) -> None:
    for key in ("b/2", "a/1", "ab/3"):
        save_bytes("renditions", key, key.encode())
    save_bytes("originals", "a/4", b"x")

    listing = list(media_storage("renditions").keys())

    assert [(each.key, each.bytes) for each in listing] == [("a/1", 3), ("ab/3", 4), ("b/2", 3)]
    assert all(abs(datetime.now(UTC) - each.modified_at) < timedelta(hours=1) for each in listing)
    assert [each.key for each in media_storage("renditions").keys("a")] == ["a/1", "ab/3"]


@pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 3), (5, CHUNK + 9), (CHUNK, None), (7, 7)])
def test_part_of_an_object_is_read_in_pieces(s3_storages: Buckets, start: int, stop: int | None) -> None:
    data = bytes(range(256)) * 6000
    save_bytes("renditions", "a/1", data)

    pieces = list(media_storage("renditions").read("a/1", start, stop))

    assert b"".join(pieces) == data[start:stop]
    assert max(map(len, pieces), default=0) <= CHUNK


def test_what_is_not_in_the_bucket_is_file_not_found(s3_storages: Buckets) -> None:
    bucket = media_storage("renditions")

    with pytest.raises(FileNotFoundError):
        bucket.size("a/1")
    with pytest.raises(FileNotFoundError):
        next(bucket.read("a/1"))
    assert not bucket.exists("a/1")
    bucket.delete("a/1")


def test_bucket_that_does_not_exist_is_no_missing_file(s3_storages: Buckets) -> None:
    client = s3_storages.store.client
    client.delete_bucket(Bucket=s3_storages.copy)

    with pytest.raises(Exception, match=r"NoSuchBucket|404") as caught:
        next(media_storage("originals-copy").read("a/1"))

    assert not isinstance(caught.value, FileNotFoundError)


def test_sweep_aborts_what_killed_writers_left(s3_storages: Buckets) -> None:
    bucket = media_storage("originals")
    assert isinstance(bucket, BucketStorage)
    for name in ("originals/a/1", "renditions/a/1"):
        bucket.client.create_multipart_upload(Bucket=s3_storages.main, Key=name)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    removed = [bucket.sweep_unfinished(when) for when in (tomorrow - timedelta(days=2), tomorrow, tomorrow)]

    left = bucket.client.list_multipart_uploads(Bucket=s3_storages.main).get("Uploads", [])
    assert (removed, [each["Key"] for each in left]) == ([0, 1, 0], ["renditions/a/1"])


@pytest.mark.parametrize("loss", ["missing", "changed"])
def test_scrub_mends_an_object_from_the_other_bucket(alma: User, s3_storages: Buckets, loss: str) -> None:
    media = upload(alma)
    upload(alma, jpeg(seed=1))
    client, where = s3_storages.store.client, {"Bucket": s3_storages.main, "Key": f"originals/{media.original_key}"}
    if loss == "missing":
        client.delete_object(**where)
    else:
        client.put_object(**where, Body=b"?" * media.bytes)

    run = scrub(Scope())

    assert (run.checked, run.problems, run.repaired) == (4, 1, 1)
    assert s3_storages.original(media.original_key) == [jpeg(), jpeg()]
    assert alarms() == [("missing" if loss == "missing" else "damaged", "originals", "repair")]


def test_scrub_with_the_store_of_the_copies_away_raises_one_alarm(
    alma: User, s3_store: Swift, three_nodes: Swift, media_folders: Path
) -> None:
    with buckets_behind_storages(s3_store, three_nodes, folder=media_folders):
        for seed in range(2):
            upload(alma, jpeg(seed=seed))
        three_nodes.stop()

        run = scrub(Scope())

    assert (run.checked, run.report["unreadable"]) == (3, ["originals-copy"])
    assert alarms() == [("unreadable", "originals-copy", "")]


def test_upload_with_one_of_two_stores_away_is_copied_once_that_is_back(
    alma: User, settled: Settled, s3_store: Swift, three_nodes: Swift, media_folders: Path, settings: Settings
) -> None:
    settings.ORIGINAL_QUORUM = 1
    with buckets_behind_storages(s3_store, three_nodes, folder=media_folders) as buckets:
        three_nodes.stop()
        with settled():
            media = upload(alma)
        assert list(media.copies.values_list("storage", flat=True)) == ["originals"]
        three_nodes.start()

        forget_rests()

        with settled():
            mend_copies(media.pk)

        assert buckets.original(media.original_key) == [jpeg(), jpeg()]


def test_copy_storage_fills_a_folder_from_a_bucket(alma: User, s3_storages: Buckets, media_folders: Path) -> None:
    media = [upload(alma, jpeg(seed=seed)) for seed in range(2)]
    add_storage(media_folders, "oslo")

    progress = copy_storage("originals", "oslo")

    assert (progress.done, progress.is_complete) == (2, True)
    assert everything(media_folders) == {f"oslo/{each.original_key}" for each in media}
    assert OriginalCopy.objects.filter(storage="oslo").count() == 2


def test_reconcile_finds_what_fits_and_deletes_the_rest(alma: User, settled: Settled, s3_storages: Buckets) -> None:
    with settled():
        publish(alma)
    before = s3_storages.keys()
    for alias in ("originals", "originals-copy", "renditions", "uploads"):
        save_bytes(alias, random_key(".jpg"), b"nobody's")

    looked = reconcile(Plan(older_than=timedelta(hours=-1)))
    reconcile(Plan(act=True, older_than=timedelta(hours=-1)))

    assert [each["orphans"] for each in looked.report["storages"].values()] == [1, 1, 1, 1]
    assert s3_storages.keys() == before


def test_reconcile_mends_what_is_missing_in_a_bucket(alma: User, settled: Settled, s3_storages: Buckets) -> None:
    media = upload(alma)
    s3_storages.store.client.delete_object(Bucket=s3_storages.copy, Key=f"originals/{media.original_key}")

    with settled():
        reconcile(Plan(act=True))

    assert s3_storages.original(media.original_key) == [jpeg(), jpeg()]


def test_purge_leaves_the_buckets_empty(alma: User, settled: Settled, s3_storages: Buckets) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1), jpeg(seed=2))
    with settled():
        trash_post(alma, post)
    with settled():
        purge_post(post.pk)

    assert (s3_storages.keys(), Media.objects.count()) == ({}, 0)


def test_purge_of_an_account_leaves_the_buckets_empty(alma: User, settled: Settled, s3_storages: Buckets) -> None:
    with settled():
        publish(alma, jpeg(seed=1))
        upload(alma, jpeg(seed=2))
    make_export(alma)
    close(alma)

    with settled():
        purge_account(alma.pk)

    assert (s3_storages.keys(), User.objects.count()) == ({}, 0)


def test_purge_with_a_store_away_empties_it_once_it_is_back(
    alma: User, settled: Settled, s3_store: Swift, three_nodes: Swift, media_folders: Path
) -> None:
    with buckets_behind_storages(s3_store, three_nodes, folder=media_folders) as buckets:
        with settled():
            media = upload(alma)
        close(alma)
        three_nodes.stop()
        with settled():
            purge_account(alma.pk)
        three_nodes.start()
        assert buckets.keys() == {"copy": [f"originals/{media.original_key}"]}

        make_due()
        with settled():
            relay()

        assert buckets.keys() == {}
