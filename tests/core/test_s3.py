"""Addresses signed here are those that botocore signs, part for part."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3.session
import pytest
import time_machine
from botocore.config import Config
from pytest_django import Settings
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from core.s3 import LONGEST_SECONDS, presigner_for, presigner_of

NOON = datetime(2026, 6, 1, 12, 0, 59, tzinfo=UTC)
NASTY = [
    "ab/cd.jpg",
    "a b/c+d.jpg",
    "süß/ü.jpg",
    "a&b=c?d#e%20f",
    "~-._/(x)!*'",
    'q"<>\\^`{|}',
    "日本/🙂.heic",
    "a//b/./c",
    "0",
]
HEADERS: list[dict[str, str]] = [
    {},
    {"content_type": "image/jpeg"},
    {
        "cache_control": "private, max-age=450, immutable",
        "content_disposition": "attachment; filename*=UTF-8''s%C3%BC%20a.jpg",
        "content_type": 'video/mp4; codecs="avc1, mp4a"',
    },
]
SERVICES: dict[str, dict[str, Any]] = {
    "Amazon by path": {"region_name": "eu-central-1", "addressing_style": "path"},
    "Amazon by host name": {"region_name": "eu-central-1", "addressing_style": "virtual"},
    "Amazon in us-east-1": {"region_name": "us-east-1", "addressing_style": "path"},
    "Amazon in us-east-1 by host name": {"region_name": "us-east-1", "addressing_style": "virtual"},
    "Amazon in China": {"region_name": "cn-north-1", "addressing_style": "virtual"},
    "another service": {"endpoint_url": "https://s3.example.org", "region_name": "garage", "addressing_style": "path"},
    "another service by host name": {"endpoint_url": "https://s3.example.org", "addressing_style": "virtual"},
    "a service with port and path": {"endpoint_url": "http://127.0.0.1:8333/s3", "addressing_style": "path"},
    "with a session token": {"region_name": "eu-west-1", "addressing_style": "path", "security_token": "to/k+en=="},
    "strange keys": {"region_name": "eu-west-1", "access_key": "test:te/ster", "secret_key": "s/e+c=r"},
}


def storage_of(service: str, **options: Any) -> Any:
    keys = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG", "region_name": "us-east-1"}
    return S3Storage(bucket_name="some-photos", **{**keys, **SERVICES[service], **options})


def signed_by_botocore(storage: Any, keys: list[str], headers: dict[str, str], seconds: int) -> list[str]:
    words = {f"Response{name.title().replace('_', '')}": value for name, value in headers.items()}
    session = boto3.session.Session(storage.access_key, storage.secret_key, storage.security_token)
    config = Config(signature_version="s3v4", s3={"addressing_style": storage.addressing_style})
    client = session.client("s3", region_name=storage.region_name, endpoint_url=storage.endpoint_url, config=config)
    return [
        client.generate_presigned_url(
            "get_object", Params={"Bucket": storage.bucket_name, "Key": key, **words}, ExpiresIn=seconds
        )
        for key in keys
    ]


def parts_of(address: str) -> tuple[str, str, str, dict[str, list[str]]]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc, parts.path, parse_qs(parts.query, strict_parsing=True)


@pytest.mark.parametrize("service", SERVICES)
def test_address_is_the_one_that_botocore_signs(service: str) -> None:
    storage = storage_of(service)
    presigner = presigner_for(storage, endpoint=storage.endpoint_url)
    forms = [presigner.form(headers, begins=int(NOON.timestamp()), seconds=900) for headers in HEADERS]

    ours = [presigner.address(key, form) for form in forms for key in NASTY]

    with time_machine.travel(NOON, tick=False):
        theirs = [address for headers in HEADERS for address in signed_by_botocore(storage, NASTY, headers, 900)]
    assert list(map(parts_of, ours)) == list(map(parts_of, theirs))


@pytest.mark.parametrize("location", ["renditions", "/a/b/", "süß"])
def test_address_has_the_location_of_the_storage_before_the_key(location: str) -> None:
    storage = storage_of("another service", location=location.strip("/"))
    presigner = presigner_for(storage, endpoint=storage.endpoint_url)

    with time_machine.travel(NOON, tick=False):
        ours = presigner.address("ab/cd.jpg", presigner.form({}, begins=int(NOON.timestamp()), seconds=60))
        [theirs] = signed_by_botocore(storage, [f"{location.strip('/')}/ab/cd.jpg"], {}, 60)

    assert parts_of(ours) == parts_of(theirs)


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_address_of_another_day_is_signed_with_the_key_of_that_day(day: datetime) -> None:
    storage = storage_of("Amazon by path")
    presigner = presigner_for(storage, endpoint=None)

    ours = presigner.address("k", presigner.form({}, begins=int(day.timestamp()), seconds=60))

    with time_machine.travel(day, tick=False):
        [theirs] = signed_by_botocore(storage, ["k"], {}, 60)
    assert parts_of(ours) == parts_of(theirs)


def test_address_lives_no_longer_than_s3_allows() -> None:
    presigner = presigner_for(storage_of("Amazon by path"), endpoint=None)

    address = presigner.address("k", presigner.form({}, begins=0, seconds=LONGEST_SECONDS + 1))

    assert parts_of(address)[3]["X-Amz-Expires"] == ["604800"]


def test_secrets_of_a_presigner_are_not_printed() -> None:
    presigner = presigner_for(storage_of("with a session token"), endpoint=None)

    shown = f"{presigner} {presigner.form({}, begins=0, seconds=60)}"

    assert "wJalrXUtnFEMI" not in shown
    assert "signing_key" not in shown


def test_storage_in_a_folder_has_no_presigner() -> None:
    assert presigner_of("renditions") is None


@pytest.mark.parametrize(
    ("alias", "host"),
    [("renditions", "photos.example.org"), ("same-service", "photos.example.org"), ("far", "far.example")],
)
def test_public_address_stands_for_the_service_of_the_renditions_only(
    settings: Settings, alias: str, host: str
) -> None:
    keys = {"access_key": "a", "secret_key": "b", "bucket_name": "c", "region_name": "d", "addressing_style": "path"}
    near, far = ({**keys, "endpoint_url": url} for url in ("http://10.0.0.1:8333", "https://far.example"))
    backend = "storages.backends.s3.S3Storage"
    settings.STORAGES = {
        **settings.STORAGES,
        "renditions": {"BACKEND": backend, "OPTIONS": near},
        "same-service": {"BACKEND": backend, "OPTIONS": near},
        "far": {"BACKEND": backend, "OPTIONS": far},
    }
    settings.S3_PUBLIC_URL = "https://photos.example.org"

    presigner = presigner_of(alias)

    assert presigner is not None
    assert presigner.host == host
