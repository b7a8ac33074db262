"""Presigned addresses to which one file may be sent: this key, this many bytes, this checksum, for a while."""

import base64
from dataclasses import dataclass
from urllib.parse import quote

from core.s3 import presigner_of


@dataclass(frozen=True, slots=True)
class PresignedPut:
    """Where to send the file, and the headers that must come with it, for the signature covers them."""

    url: str
    headers: dict[str, str]


def takes_direct_uploads(alias: str) -> bool:
    """Whether files can be sent straight to this storage."""
    return presigner_of(alias) is not None


def presign_put(alias: str, key: str, *, size: int, sha256: str, seconds: int) -> PresignedPut:
    """Needs a storage that takes direct uploads. `sha256` is in hexadecimal. The store refuses other bytes."""
    from botocore.auth import S3SigV4QueryAuth  # noqa: PLC0415  only installations with S3 pay for loading it
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415  as above
    from botocore.credentials import Credentials  # noqa: PLC0415  as above

    bucket = presigner_of(alias)
    if bucket is None:
        raise ValueError(f"the storage {alias!r} is not in S3")
    headers = {
        "Content-Length": str(size),
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
    }
    address = f"{bucket.scheme}://{bucket.host}{bucket.path}{quote(key, safe='/-_.~')}"
    request = AWSRequest(method="PUT", url=address, headers=headers)
    credentials = Credentials(bucket.access_key, bucket.secret_key, bucket.token or None)
    S3SigV4QueryAuth(credentials, "s3", bucket.region, expires=seconds).add_auth(request)
    return PresignedPut(str(request.url), headers)
