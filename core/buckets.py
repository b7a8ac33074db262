"""Buckets of an S3 service. In a module of its own: only installations with S3 pay for loading its client."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from core.storage import CHUNK, StoredObject

_MEMORY = 8 * 1024**2
_TRANSFER = TransferConfig(multipart_threshold=64 * 1024**2, multipart_chunksize=16 * 1024**2, use_threads=False)


class BucketStorage(S3Storage):  # type: ignore[misc]
    """A bucket, or the part of it below `location`, as a MediaStorage."""

    def get_default_settings(self) -> dict[str, Any]:
        """A file that is opened goes to the disk beyond _MEMORY, and one file is sent by one thread."""
        return {**super().get_default_settings(), "max_memory_size": _MEMORY, "transfer_config": _TRANSFER}

    @property
    def client(self) -> Any:
        """One client for all threads, which clients may share; making one costs more than a small file."""
        return self.bucket.meta.client

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        try:
            return int(self.client.head_object(Bucket=self.bucket_name, Key=self._key(name))["ContentLength"])
        except ClientError as error:
            raise _translated(error, name) from error

    def read(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        if stop is not None and stop <= start:
            return
        span = f"bytes={start}-{'' if stop is None else stop - 1}"
        options = {} if (start, stop) == (0, None) else {"Range": span}
        try:
            answer = self.client.get_object(Bucket=self.bucket_name, Key=self._key(name), **options)
        except ClientError as error:
            raise _translated(error, name) from error
        body: IO[bytes] = answer["Body"]
        try:
            while chunk := body.read(CHUNK):
                yield chunk
        finally:
            body.close()

    def keys(self, prefix: str = "") -> Iterator[StoredObject]:
        below = self._below
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name, Prefix=below + prefix)
        for page in pages:
            for entry in page.get("Contents", ()):
                yield StoredObject(entry["Key"].removeprefix(below), int(entry["Size"]), entry["LastModified"])

    def sweep_unfinished(self, before: datetime) -> int:
        """Uploads of large files in several parts whose writer was killed; they cost room and are in no listing."""
        removed = 0
        pages = self.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.bucket_name, Prefix=self._below
        )
        for page in pages:
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] < before:
                    self.client.abort_multipart_upload(
                        Bucket=self.bucket_name, Key=upload["Key"], UploadId=upload["UploadId"]
                    )
                    removed += 1
        return removed

    @property
    def _below(self) -> str:
        """What every key of ours begins with in the bucket."""
        location = self.location.strip("/")
        return f"{location}/" if location else ""

    def _key(self, name: str) -> str:
        key: str = self._normalize_name(name)
        return key


def _translated(error: ClientError, name: str) -> Exception:
    """FileNotFoundError when the object is not there; a missing bucket stays an error of the store."""
    missing = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404
    is_bucket = error.response.get("Error", {}).get("Code") == "NoSuchBucket"
    return FileNotFoundError(f"{name} is not in the bucket") if missing and not is_bucket else error
