"""Which storages there are and where each keeps its bytes, read from the environment.

Every alias has a place by default: a folder in STATE_DIR, or a bucket once S3_BUCKET is set. STORAGE_<ALIAS> gives one
another place, and makes new aliases: STORAGE_OSLO=s3://bucket/prefix or file:///srv/photos.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from instagram import env

PREFIX = "STORAGE_"
DETAILS = ("_ENDPOINT_URL", "_REGION", "_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY", "_SECRET_ACCESS_KEY_FILE", "_FILE")


def folder(path: Path) -> dict[str, Any]:
    return {
        "BACKEND": "core.storage.FolderStorage",
        "OPTIONS": {"location": str(path), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    }


def bucket(name: str, prefix: str, *, variable: str = "S3") -> dict[str, Any]:
    """A bucket with the credentials of `variable`_ACCESS_KEY_ID and so on; what is not set there is that of S3_*."""
    from botocore.config import Config  # noqa: PLC0415  only installations with S3 pay for loading it

    return {
        "BACKEND": "core.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": name,
            "location": prefix,
            "access_key": _detail(variable, "_ACCESS_KEY_ID", secret=True),
            "secret_key": _detail(variable, "_SECRET_ACCESS_KEY", secret=True),
            "endpoint_url": _detail(variable, "_ENDPOINT_URL") or None,
            "region_name": _detail(variable, "_REGION") or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "addressing_style": "path",
            "signature_version": "s3v4",
            "client_config": Config(
                connect_timeout=3,
                read_timeout=15,
                retries={"max_attempts": 2, "mode": "standard"},
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                max_pool_connections=32,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


def read(state: Path, aliases: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Every media storage: those of `aliases` and those that only the environment names."""
    main, copy = _two_buckets()
    stores = {}
    for alias in aliases:
        chosen = copy if alias.endswith("-copy") else main
        prefix = alias.removesuffix("-copy")
        stores[alias] = bucket(chosen, prefix) if chosen else folder(state / "media" / alias)
    for variable in sorted(os.environ):
        if variable.startswith(PREFIX) and not variable.endswith(DETAILS) and os.environ[variable].strip():
            alias = variable.removeprefix(PREFIX).lower().replace("_", "-")
            stores[alias] = _addressed(variable, os.environ[variable].strip())
    return stores


def copies(stores: dict[str, dict[str, Any]]) -> tuple[list[str], int]:
    """The aliases that each keep every original, and how many of them must have it before an upload counts."""
    names = env.words("ORIGINAL_COPIES", ["originals", "originals-copy"])
    for name in names:
        if name not in stores:
            raise env.ConfigError("ORIGINAL_COPIES", f"names {name!r}, but there is no STORAGE_{_upper(name)}")
    if len(set(names)) < 2 or len(set(names)) != len(names):
        raise env.ConfigError("ORIGINAL_COPIES", "must name at least two different storages")
    places = [_place(stores[name]) for name in names]
    if len(set(places)) != len(places):
        raise env.ConfigError("ORIGINAL_COPIES", "names the same place twice; a copy must lie elsewhere")
    return names, env.integer("ORIGINAL_QUORUM", 2, minimum=1, maximum=len(names))


def origins(store: dict[str, Any], public_url: str) -> list[str]:
    """Where browsers fetch the files of a bucket from, for the Content-Security-Policy; nowhere else for a folder."""
    options = store["OPTIONS"]
    if "bucket_name" not in options:
        return []
    region = options["region_name"] or "us-east-1"
    address = public_url or options["endpoint_url"] or f"https://s3.{region}.amazonaws.com"
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"]


def _two_buckets() -> tuple[str, str]:
    main, copy = env.text("S3_BUCKET"), env.text("S3_COPY_BUCKET")
    env.READ.update({"S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"})
    if bool(main) != bool(copy):
        raise env.ConfigError(
            "S3_COPY_BUCKET" if main else "S3_BUCKET",
            "is not set; every original is kept in two places, so S3 needs two buckets",
        )
    if main and main == copy:
        raise env.ConfigError("S3_COPY_BUCKET", "must be another bucket than S3_BUCKET")
    return main, copy


def _addressed(variable: str, address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return folder(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        return bucket(parts.netloc, unquote(parts.path.strip("/")), variable=variable)
    raise env.ConfigError(variable, f"is {address!r}, must be file:///folder or s3://bucket/prefix")


def _detail(variable: str, detail: str, *, secret: bool = False) -> str:
    """NAME_DETAIL of this storage or else S3_DETAIL. ConfigError when a secret is neither here nor there."""
    own = f"{variable}{detail}"
    given = any(os.environ.get(name, "").strip() for name in (own, f"{own}_FILE"))
    name = own if given else f"S3{detail}"
    if secret:
        value = env.secret(name)
    elif detail == "_ENDPOINT_URL":
        value = env.web_address(name)
    else:
        value = env.text(name)
    env.READ.discard(own)
    env.READ.add(f"S3{detail}")
    return value


def _place(store: dict[str, Any]) -> tuple[str, ...]:
    options = store["OPTIONS"]
    if "bucket_name" in options:
        return (str(options["endpoint_url"]), options["bucket_name"], options["location"])
    return (options["location"],)


def _upper(alias: str) -> str:
    return alias.upper().replace("-", "_")
