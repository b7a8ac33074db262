"""Presigned addresses of objects in S3 buckets (AWS Signature Version 4 in the query), for GET alone.

botocore makes the same addresses in half a millisecond each, and one page of a feed has hundreds. So botocore is asked
once for each storage how it reaches the bucket; the rest is two hashes an address.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.signals import setting_changed

LONGEST_SECONDS = 7 * 24 * 3600  # S3 refuses more

_UNRESERVED = "-_.~"
_presigners: "WeakKeyDictionary[Storage, Presigner]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Form:
    """What addresses of one bucket share that are made at the same time, for the same time, with the same headers."""

    query: str
    preamble: str
    signing_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Presigner:
    """One bucket as browsers reach it. `path` is percent-encoded and ends with the slash before the key."""

    scheme: str
    host: str
    path: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)

    def form(self, headers: Mapping[str, str], *, begins: int, seconds: int) -> Form:
        """`headers` are those the answer shall have, as content_type="image/jpeg"; they are covered by the signature.

        `begins` is in seconds since 1970. The addresses live for `seconds` from then on.
        """
        moment = datetime.fromtimestamp(begins, UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{moment[:8]}/{self.region}/s3/aws4_request"
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{self.access_key}/{scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(min(seconds, LONGEST_SECONDS)),
            **({"X-Amz-Security-Token": self.token} if self.token else {}),
            "X-Amz-SignedHeaders": "host",
            **{f"response-{name.replace('_', '-')}": value for name, value in sorted(headers.items())},
        }
        return Form(
            "&".join(f"{name}={quote(value, safe=_UNRESERVED)}" for name, value in query.items()),
            f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n",
            _signing_key(self.secret_key, moment[:8], self.region),
        )

    def address(self, key: str, form: Form) -> str:
        """The address that opens `key`, a name inside the storage, with GET and nothing else."""
        path = f"{self.path}{quote(key, safe='/-_.~')}"
        request = f"GET\n{path}\n{form.query}\nhost:{self.host}\n\nhost\nUNSIGNED-PAYLOAD"
        message = form.preamble + hashlib.sha256(request.encode()).hexdigest()
        signature = hmac.digest(form.signing_key, message.encode(), "sha256").hex()
        return f"{self.scheme}://{self.host}{path}?{form.query}&X-Amz-Signature={signature}"


def presigner_of(alias: str) -> Presigner | None:
    """How to sign for the storage `alias`; None when it is not in S3."""
    storage = storages[alias]
    if not hasattr(storage, "bucket_name"):
        return None
    if (known := _presigners.get(storage)) is None:
        known = _presigners[storage] = presigner_for(storage, endpoint=_public_endpoint(storage))
    return known


def presigner_for(storage: Any, *, endpoint: str | None) -> Presigner:
    """How to sign for a storage of django-storages whose S3 service browsers reach at `endpoint` (None: Amazon's)."""
    client = _client(storage, endpoint)
    example = client.generate_presigned_url("get_object", Params={"Bucket": storage.bucket_name, "Key": "k"})
    parts = urlsplit(example)
    access_key, _, region, *_ = parse_qs(parts.query)["X-Amz-Credential"][0].rsplit("/", 4)
    location = quote(f"{storage.location.strip('/')}/".lstrip("/"), safe="/-_.~")
    path = parts.path.removesuffix("k") + location
    return Presigner(
        parts.scheme, parts.netloc, path, region, access_key, storage.secret_key, storage.security_token or ""
    )


def _client(storage: Any, endpoint: str | None) -> Any:
    """The storage's own client if it signs so and goes there; making another one takes a tenth of a second."""
    if (storage.client_config.signature_version, storage.endpoint_url) == ("s3v4", endpoint):
        return storage.connection.meta.client
    import boto3.session  # noqa: PLC0415  only installations with S3 pay for loading it
    from botocore.config import Config  # noqa: PLC0415  as above

    return boto3.session.Session(storage.access_key, storage.secret_key, storage.security_token).client(
        "s3",
        endpoint_url=endpoint,
        region_name=storage.region_name,
        use_ssl=storage.use_ssl,
        config=storage.client_config.merge(Config(signature_version="s3v4")),
    )


def _public_endpoint(storage: Any) -> str | None:
    """S3_PUBLIC_URL stands for the service that has the renditions; a copy at another service keeps that one's."""
    at_home = getattr(storages["renditions"], "endpoint_url", None) == storage.endpoint_url
    return settings.S3_PUBLIC_URL if settings.S3_PUBLIC_URL and at_home else storage.endpoint_url


@lru_cache(maxsize=64)
def _signing_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting in {"STORAGES", "S3_PUBLIC_URL"}:
        _presigners.clear()


setting_changed.connect(_forget, dispatch_uid="core.s3")
