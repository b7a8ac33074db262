"""Files that a bucket takes in several parts, as large videos are."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

from django.core.files.base import File
from django.core.files.storage import storages

from core.storage import media_storage
from tests.s3.buckets import Buckets

LARGE = 65 * 1024**2


def large_file() -> "File[bytes]":
    block = hashlib.sha256(b"large").digest() * 32
    return File(io.BytesIO(block * (LARGE // len(block))))


def test_large_file_is_kept_whole_and_read_in_parts(s3_storages: Buckets) -> None:
    sent = large_file()

    media_storage("originals").save("ab/large.mp4", sent)

    sent.seek(LARGE - 1000)
    assert media_storage("originals").size("ab/large.mp4") == LARGE
    assert b"".join(media_storage("originals").read("ab/large.mp4", LARGE - 1000)) == sent.read()
    assert [(each.key, each.bytes) for each in media_storage("originals").keys("ab/")] == [("ab/large.mp4", LARGE)]


def test_large_file_that_is_deleted_leaves_nothing(s3_storages: Buckets) -> None:
    media_storage("originals").save("ab/large.mp4", large_file())

    media_storage("originals").delete("ab/large.mp4")

    parts = s3_storages.store.client.list_multipart_uploads(Bucket=s3_storages.main).get("Uploads", [])
    assert (s3_storages.keys(), parts) == ({}, [])


def test_large_file_whose_writer_was_killed_is_swept(s3_storages: Buckets) -> None:
    client = storages["originals"].client  # type: ignore[attr-defined]
    begun = client.create_multipart_upload(Bucket=s3_storages.main, Key="originals/ab/half.mp4")
    part = {"Bucket": s3_storages.main, "Key": "originals/ab/half.mp4", "UploadId": begun["UploadId"]}
    client.upload_part(**part, PartNumber=1, Body=bytes(5 * 1024**2))
    young = media_storage("originals").sweep_unfinished(datetime.now(UTC) - timedelta(hours=1))

    old = media_storage("originals").sweep_unfinished(datetime.now(UTC) + timedelta(hours=1))

    assert (young, old) == (0, 1)
    assert "Uploads" not in client.list_multipart_uploads(Bucket=s3_storages.main)
