"""Signing the addresses of a feed page, for folders and for a bucket, against one bare HMAC for each address."""

import hmac
import secrets
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from django.core.files.storage import storages
from django.test import override_settings

from bench.tables import print_table
from core.media_urls import PUBLIC_SECONDS, media_url

POSTS, FILES = 20, 12
ROUNDS = 21
BUCKET: dict[str, object] = {
    "BACKEND": "core.buckets.BucketStorage",
    "OPTIONS": {
        "bucket_name": "pictures",
        "location": "renditions",
        "access_key": "key",
        "secret_key": "secret",
        "endpoint_url": "https://store.example.org",
        "region_name": "eu-west-1",
        "addressing_style": "path",
    },
}


def main() -> None:
    least = median(measure(bare) for _ in range(ROUNDS))
    rows = [["one bare HMAC-SHA256 each", least, 1.0]]
    for name, store in (("folder", None), ("bucket, presigned", BUCKET)):
        for warm in (False, True):
            taken = sign_page(store, warm=warm)
            rows.append([f"{name}, {'seen before' if warm else 'never seen'}", taken, taken / least])
    title = f"Signing the {POSTS * FILES} addresses of a feed page of {POSTS} posts"
    print_table(title, ["", "median ms", "of the floor"], rows)


def sign_page(store: dict[str, object] | None, *, warm: bool) -> float:
    """Median milliseconds for a page."""
    configured = {} if store is None else {"renditions": store}
    with override_settings(STORAGES={**storages.backends, **configured}, S3_DELIVERY="store"):
        page = keys()
        sign(page)
        pages = [page if warm else keys() for _ in range(ROUNDS)]
        return median(measure(partial(sign, each)) for each in pages)


def sign(page: list[str]) -> None:
    for key in page:
        media_url("renditions", key, content_type="image/avif", seconds=PUBLIC_SECONDS)


def keys() -> list[str]:
    return [f"{number % 256:02x}/{secrets.token_hex(19)}.avif" for number in range(POSTS * FILES)]


def bare() -> None:
    for _ in range(POSTS * FILES):
        hmac.digest(b"k" * 32, b"m" * 80, "sha256")


def measure(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
