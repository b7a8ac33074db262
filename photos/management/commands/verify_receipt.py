import hashlib
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.management.base import BaseCommand, CommandError

from core.storage import read_chunks
from photos.services.receipts import is_genuine_receipt, key_id, public_key


class Command(BaseCommand):
    help = "Check a receipt, and with --file also a picture against it. Asks neither the database nor the network."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", metavar="RECEIPT.json", help="the receipt; - reads standard input")
        parser.add_argument("--key", metavar="KEY.pem", help="from /.well-known/receipt-key; default: this site's own")
        parser.add_argument("--file", metavar="PHOTO", help="compare this file with the receipt")

    def handle(self, *args: Any, **options: Any) -> None:
        receipt = _read_receipt(options["receipt"])
        key = _read_key(options["key"]) if options["key"] else public_key()
        wrong = [] if self._check_signature(receipt, key) else ["the signature"]
        if options["file"] and not self._check_file(receipt, Path(options["file"])):
            wrong.append("the file")
        if wrong:
            raise CommandError(f"Not right: {' and '.join(wrong)}.")

    def _check_signature(self, receipt: dict[str, Any], key: Ed25519PublicKey) -> bool:
        if not is_genuine_receipt(receipt, key):
            self.stdout.write(f"Signature  WRONG: changed since, or made with another key than {key_id(key)}")
            return False
        self.stdout.write(f"Signature  right, made with the key {key_id(key)}")
        for copy in receipt["copies"]:
            self.stdout.write(f"Copy       in {copy['storage']}, read and found right {copy['verified_at']}")
        return True

    def _check_file(self, receipt: dict[str, Any], path: Path) -> bool:
        right = True
        for name, found in zip(("bytes", "sha256"), _measure(path), strict=True):
            told = receipt.get(name)
            right = right and told == found
            how = f"right: {found}" if told == found else f"WRONG: {found}, the receipt says {told!r}"
            self.stdout.write(f"{name.capitalize():<10} {how}")
        return right


def _read_receipt(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        receipt = orjson.loads(text)
    except OSError as error:
        raise CommandError(f"The receipt cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise CommandError("This is not a receipt: it is not JSON.") from error
    for needed in ("signature", "copies"):
        if not isinstance(receipt, dict) or needed not in receipt:
            raise CommandError(f"This is not a receipt: it has no {needed}.")
    return dict(receipt)


def _read_key(name: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(Path(name).read_bytes())
    except OSError as error:
        raise CommandError(f"The key cannot be read: {error.strerror}.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CommandError("This is not a public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CommandError("This is not an Ed25519 key.")
    return key


def _measure(path: Path) -> tuple[int, str]:
    """Length and SHA-256 of a file."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            for chunk in read_chunks(file):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error.strerror}.") from error
    return size, digest.hexdigest()
