import pytest
from django.test import Client
from pytest_django import Settings

from photos.imaging.recipes import LOOK_NAMES

BUCKET = {"BACKEND": "core.buckets.BucketStorage", "OPTIONS": {"bucket_name": "uploads"}}


@pytest.mark.django_db
def test_instance_tells_anybody_what_it_allows(client: Client) -> None:
    answer = client.get("/rest/v1/instance")

    body = answer.json()
    assert (answer.status_code, set(body)) == (200, {"name", "version", "limits", "features", "rules"})
    photos = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "image/avif", "image/heic"]
    assert body["limits"] == {
        "formats": [*photos, "video/mp4", "video/quicktime", "video/webm", "video/x-matroska"],
        "max_bytes": 50 * 1024**2,
        "max_pixels": 100_000_000,
        "max_video_bytes": 500 * 1024**2,
        "max_seconds": 600,
        "video_codecs": ["H.264", "HEVC", "VP8", "VP9", "AV1"],
        "quota_bytes": 20 * 1024**3,
        "max_items": 20,
        "title_length": 120,
        "caption_length": 2200,
        "alt_text_length": 1000,
        "comment_length": 2200,
        "tags": 30,
        "tag_length": 64,
    }
    assert body["features"] == {
        "sign_up": True,
        "audiences": ["public", "unlisted", "followers", "close_friends", "only_me"],
        "resumable_uploads": True,
        "direct_uploads": False,
        "looks": list(LOOK_NAMES),
        "push_key": None,
    }
    assert len(LOOK_NAMES) == 12


@pytest.mark.django_db
def test_instance_without_a_quota_says_so(client: Client, settings: Settings) -> None:
    settings.QUOTA_BYTES = 0

    assert client.get("/rest/v1/instance").json()["limits"]["quota_bytes"] is None


@pytest.mark.django_db
def test_instance_with_uploads_in_a_bucket_offers_direct_uploads(client: Client, settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "uploads": BUCKET}

    assert client.get("/rest/v1/instance").json()["features"]["direct_uploads"] is True
