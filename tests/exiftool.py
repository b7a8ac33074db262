"""What exiftool, a program that knows far more kinds of metadata than we do, finds in files and puts into them."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

# Groups that tell what the pixels themselves are.
_PIXELS = ("File", "JFIF", "System", "Composite", "ExifTool", "QuickTime", "Meta", "RIFF", "PNG", "SourceFile")
SECRETS = {
    "GPSLatitude": "51.5",
    "GPSLongitude": "-0.12",
    "GPSLatitudeRef": "N",
    "GPSLongitudeRef": "W",
    "SerialNumber": "SERIAL-0815",
    "LensSerialNumber": "SERIAL-0816",
    "OwnerName": "Secret Owner",
    "Artist": "Secret Artist",
    "UserComment": "secret-note",
    "IPTC:By-line": "Secret Byline",
    "IPTC:City": "Secret City",
    "XMP:Creator": "Secret Creator",
    "XMP:City": "Secret City",
    "XMP:GPSLatitude": "51.5",
    "XMP-mwg-rs:RegionName": "Secret Face",
    "Comment": "secret-note",
}


def exiftool() -> str:
    """Where the program is; skips the test without it, but fails when REQUIRE_EXIFTOOL is set."""
    path = shutil.which("exiftool")
    if path is None and os.environ.get("REQUIRE_EXIFTOOL") == "1":
        pytest.fail("exiftool is required here and is not installed")
    if path is None:
        pytest.skip("exiftool is not installed")
    return path


def write_tags(path: Path, tags: Mapping[str, str], thumbnail: bytes = b"") -> None:
    """Put these into the file, as far as its format has a place for them."""
    options = [f"-{name}={value}" for name, value in tags.items()]
    if thumbnail:
        (path.parent / "thumbnail.jpg").write_bytes(thumbnail)
        options.append(f"-ThumbnailImage<={path.parent / 'thumbnail.jpg'}")
    subprocess.run([exiftool(), "-q", "-q", "-m", "-overwrite_original", *options, str(path)], check=True)


def read_tags(*paths: Path) -> list[dict[str, Any]]:
    """What stands in each file, by group and name; only the size and make of its pixels left out."""
    command = [exiftool(), "-j", "-G1", "-a", "-u", "-U", "-ee3", "-b", *map(str, paths)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [{name: value for name, value in each.items() if name.partition(":")[0] not in _PIXELS} for each in found]
