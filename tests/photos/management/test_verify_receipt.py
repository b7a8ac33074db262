import json
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from photos.access import get_own_media
from photos.services.receipts import key_id, public_key, public_key_pem, receipt_of, sign_receipt
from tests.images import jpeg
from tests.uploads import upload

OTHER_SECRET = "another-secret-of-more-than-thirty-two-signs"


@pytest.fixture
def receipt(alma: User, tmp_path: Path) -> dict[str, Any]:
    """The receipt of an upload, which also lies in receipt.json, with the picture and the key beside it."""
    data = jpeg()
    made = receipt_of(get_own_media(alma, upload(alma, data).pk))
    (tmp_path / "receipt.json").write_text(json.dumps(made, indent=2))
    (tmp_path / "photo.jpg").write_bytes(data)
    (tmp_path / "key.pem").write_text(public_key_pem())
    return made


def verify(*arguments: object) -> str:
    out = StringIO()
    call_command("verify_receipt", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_receipt_with_its_file_is_right(receipt: dict[str, Any], tmp_path: Path) -> None:
    said = verify(tmp_path / "receipt.json", "--key", tmp_path / "key.pem", "--file", tmp_path / "photo.jpg")

    assert said.splitlines() == [
        f"Signature  right, made with the key {key_id(public_key())}",
        *(f"Copy       in {each['storage']}, read and found right {each['verified_at']}" for each in receipt["copies"]),
        f"Bytes      right: {receipt['bytes']}",
        f"Sha256     right: {receipt['sha256']}",
    ]


def test_key_given_counts_and_not_that_of_this_site(
    receipt: dict[str, Any], tmp_path: Path, settings: Settings
) -> None:
    settings.RECEIPT_KEY = OTHER_SECRET

    assert "Signature  right" in verify(tmp_path / "receipt.json", "--key", tmp_path / "key.pem")
    with pytest.raises(CommandError, match=r"Not right: the signature\."):
        verify(tmp_path / "receipt.json")


def test_receipt_is_read_from_standard_input(receipt: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(json.dumps(receipt).encode())))

    assert "Signature  right" in verify("-")


def test_changed_receipt_is_wrong_and_its_copies_are_not_repeated(receipt: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text(json.dumps({**receipt, "bytes": 1}))

    out = StringIO()
    with pytest.raises(CommandError, match=r"^Not right: the signature and the file\.$"):
        call_command("verify_receipt", tmp_path / "receipt.json", file=str(tmp_path / "photo.jpg"), stdout=out)

    assert out.getvalue().splitlines() == [
        f"Signature  WRONG: changed since, or made with another key than {key_id(public_key())}",
        f"Bytes      WRONG: {receipt['bytes']}, the receipt says 1",
        f"Sha256     right: {receipt['sha256']}",
    ]


def test_other_file_is_wrong(receipt: dict[str, Any], tmp_path: Path) -> None:
    data = bytearray((tmp_path / "photo.jpg").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "photo.jpg").write_bytes(data)

    with pytest.raises(CommandError, match=r"^Not right: the file\.$"):
        verify(tmp_path / "receipt.json", "--file", tmp_path / "photo.jpg")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("words", "it is not JSON"),
        ("[1]", "it has no signature"),
        ('{"id": "1"}', "it has no signature"),
        (None, "The receipt cannot be read: No such file or directory."),
    ],
)
def test_what_is_no_receipt_is_said(tmp_path: Path, content: str | None, problem: str) -> None:
    path = tmp_path / "receipt.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(CommandError, match=problem):
        verify(path)


def test_genuine_json_without_the_names_of_a_receipt_is_no_receipt(tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text(json.dumps({"id": "1", "signature": sign_receipt({"id": "1"})}))

    with pytest.raises(CommandError, match="it has no copies"):
        verify(tmp_path / "receipt.json")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"words", "This is not a public key in PEM."),
        (
            generate_private_key(SECP256R1())
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "This is not an Ed25519 key.",
        ),
        (None, "The key cannot be read: No such file or directory."),
    ],
    ids=["words", "another kind", "missing"],
)
def test_what_is_no_key_is_said(receipt: dict[str, Any], tmp_path: Path, content: bytes | None, problem: str) -> None:
    key = tmp_path / "other.pem"
    if content is not None:
        key.write_bytes(content)

    with pytest.raises(CommandError, match=problem):
        verify(tmp_path / "receipt.json", "--key", key)


def test_file_that_is_missing_is_said(receipt: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"The file cannot be read: No such file or directory\."):
        verify(tmp_path / "receipt.json", "--file", tmp_path / "none.jpg")


@pytest.mark.parametrize(("bytes_told", "status"), [(None, 0), (1, 1)])
def test_command_works_with_postgres_and_valkey_away_and_its_status_tells(
    receipt: dict[str, Any], tmp_path: Path, bytes_told: int | None, status: int
) -> None:
    root = Path(__file__).resolve().parents[3]
    (tmp_path / "receipt.json").write_text(json.dumps({**receipt, "bytes": bytes_told or receipt["bytes"]}))
    away = {
        "SECRET_KEY": OTHER_SECRET,
        "DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "STATE_DIR": str(tmp_path / "state"),
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "verify_receipt", tmp_path / "receipt.json", "--key", tmp_path / "key.pem"],
        cwd=root,
        env=away,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == status, done.stderr
