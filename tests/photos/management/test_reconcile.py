import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.locks import try_lock
from core.storage import random_key, save_bytes
from photos.models import MaintenanceRun
from tests.factories import make_user
from tests.interrupting import InterruptedOutput
from tests.keeping import age, everything
from tests.parallel import together
from tests.uploads import upload


def reconcile(*arguments: str) -> str:
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def orphan(folder: Path, *, days: float) -> str:
    key = random_key(".jpg")
    save_bytes("originals", key, b"nobody's")
    age(folder / "originals" / key, days=days)
    return f"originals/{key}"


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_reconcile_only_looks_unless_told_otherwise(alma: User, media_folders: Path, arguments: list[str]) -> None:
    upload(alma)
    orphan(media_folders, days=30)
    before = everything(media_folders)

    out = reconcile(*arguments)

    assert "originals: 2 objects, 0.0 MB; 1 without a row (0 deleted," in out
    assert "Nothing was changed." in out
    assert everything(media_folders) == before


def test_reconcile_with_delete_removes_what_is_old(db: None, media_folders: Path) -> None:
    orphan(media_folders, days=8)
    young = orphan(media_folders, days=6)

    out = reconcile("--delete")

    assert "2 objects, 0.0 MB; 1 without a row (1 deleted, 1 too young to tell, 0 not ours)" in out
    assert everything(media_folders) == {young}


def test_reconcile_with_delete_removes_what_is_as_old_as_told(db: None, media_folders: Path) -> None:
    orphan(media_folders, days=0.5)
    young = orphan(media_folders, days=0.1)

    reconcile("--delete", "--older-than=6")

    assert everything(media_folders) == {young}


def test_reconcile_writes_its_findings_into_a_file(alma: User, media_folders: Path, tmp_path: Path) -> None:
    upload(alma)
    name = orphan(media_folders, days=8)
    report = tmp_path / "report.json"

    reconcile(f"--report={report}")

    found = json.loads(report.read_text())
    assert found == MaintenanceRun.objects.get().report
    assert (found["acted"], found["storages"]["originals"]["orphan_examples"]) == (
        False,
        [name.removeprefix("originals/")],
    )


def test_reconcile_that_is_interrupted_ends_with_a_line(db: None) -> None:
    with pytest.raises(CommandError, match=r"^Stopped before every storage was compared\.$") as ended:
        call_command("reconcile", stdout=InterruptedOutput())

    assert ended.value.returncode == 130


@pytest.mark.django_db(transaction=True)
def test_reconcile_while_another_does_says_so() -> None:
    def second() -> str:
        try:
            return reconcile()
        except CommandError as error:
            return str(error)

    make_user("alma")
    with try_lock("photos.reconcile", 0):
        answers = together([second])

    assert answers == ["The storages are being compared already."]
