"""An archive from the asking to the last byte, with workers and storages that fail on the way."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import SecurityEvent, User
from accounts.services.closing import close_account
from accounts.services.profiles import edit_profile
from core.exceptions import Conflict, NotFound
from core.storage import media_storage
from exports.models import Export
from exports.sections import SECTIONS
from exports.services.exports import ask_for_export, cancel_export, expire_exports
from exports.services.making import make_part
from photos.models import Media
from photos.services.avatars import change_header
from tests.conftest import AsApp, AsUser, Settled
from tests.exports.making import body, export_all, fetch, objects, publish_some, url
from tests.factories import PASSWORD, make_block, make_follow, make_like, make_post
from tests.images import jpeg


def test_archive_in_many_parts_is_one_zip_with_every_original(
    alma: User, settled: Settled, as_user: AsUser, tmp_path: Path
) -> None:
    pictures = publish_some(alma, settled)

    export = export_all(alma, settled)

    assert (export.state, export.done, export.total) == ("ready", 4, 4)
    assert export.parts.count() >= 4
    whole = body(as_user(alma).get(url(export)))
    assert len(whole) == export.bytes
    archive = zipfile.ZipFile(io.BytesIO(whole))
    assert archive.testzip() is None
    media = [name for name in archive.namelist() if name.startswith("media/")]
    assert sorted(archive.read(name) for name in media) == sorted(pictures)
    assert set(SECTIONS) <= set(archive.namelist())
    assert all(name in archive.read("posts.json").decode() for name in media)
    sums = [line.split("  ") for line in archive.read("checksums.sha256").decode().splitlines()]
    assert sums
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for digest, name in sums)
    if shutil.which("unzip"):
        (tmp_path / "a.zip").write_bytes(whole)
        subprocess.run(["unzip", "-tq", tmp_path / "a.zip"], check=True, capture_output=True)


def test_archive_has_the_header_with_its_words_and_the_links(alma: User, settled: Settled, as_user: AsUser) -> None:
    edit_profile(alma, {"links": ["a.example"]})
    with settled():
        change_header(alma, io.BytesIO(jpeg(seed=7)), size=len(jpeg(seed=7)), alt_text="Dunes")

    archive = fetch(as_user(alma), export_all(alma, settled))

    told = json.loads(archive.read("profile.json"))
    assert (told["links"], told["header"]["alt_text"]) == (["https://a.example"], "Dunes")
    assert archive.read(told["header"]["file"]) == jpeg(seed=7)


def test_archive_names_nobody_who_blocked_or_left_and_no_address_of_others(
    alma: User, boris: User, carla: User, settled: Settled, as_user: AsUser
) -> None:
    make_follow(boris, alma)
    make_like(alma, make_post(boris))
    make_block(carla, alma)

    export = export_all(alma, settled)

    archive = zipfile.ZipFile(io.BytesIO(body(as_user(alma).get(url(export)))))
    text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "boris" in text
    assert boris.email not in text
    assert "carla" not in text
    assert alma.password not in text


def test_export_that_another_worker_holds_is_left_to_it(alma: User) -> None:
    export = ask_for_export(alma)
    Export.objects.filter(pk=export.pk).update(leased_until=timezone.now() + timedelta(minutes=1))

    assert make_part(export.pk) is False
    assert export.parts.count() == 0


def test_original_missing_in_one_copy_comes_from_the_other(alma: User, settled: Settled) -> None:
    publish_some(alma, settled, 1)
    media = Media.objects.get(owner=alma)
    media_storage("originals").delete(media.original_key)

    export = export_all(alma, settled)

    assert (export.state, export.done) == ("ready", 1)


def test_download_goes_on_at_any_byte(alma: User, settled: Settled, as_user: AsUser) -> None:
    publish_some(alma, settled)
    export = export_all(alma, settled)
    client = as_user(alma)
    whole = client.get(url(export))
    data = body(whole)
    etag = whole["ETag"]

    for start in (1, 1023, len(data) // 2, len(data) - 1):
        rest = client.get(url(export), headers={"Range": f"bytes={start}-", "If-Range": etag})
        assert (rest.status_code, body(rest)) == (206, data[start:])
    other = client.get(url(export), headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (other.status_code, body(other)) == (200, data)
    assert client.get(url(export), headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    head = client.head(url(export))
    assert (head["Content-Length"], head["Accept-Ranges"]) == (str(len(data)), "bytes")
    assert head["Content-Disposition"].startswith("attachment")


def test_archive_is_gone_for_everybody_else_and_after_its_day(
    alma: User, boris: User, settled: Settled, as_user: AsUser, client: Client
) -> None:
    export = export_all(alma, settled)

    assert as_user(boris).get(url(export)).status_code == 404
    assert client.get(url(export)).status_code != 200
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_user(alma).get(url(export)).status_code == 404
    with settled():
        expire_exports()
    export.refresh_from_db()
    assert (export.state, objects()) == ("expired", [])


@pytest.mark.parametrize("how", ["cancelled", "closed"])
@pytest.mark.parametrize("is_ready", [True, False])
def test_archive_goes_at_once_with_its_objects(how: str, is_ready: bool, alma: User, settled: Settled) -> None:
    publish_some(alma, settled)
    export = ask_for_export(alma)
    with settled():
        for _ in range(20 if is_ready else 2):
            make_part(export.pk)
    assert objects()

    with settled():
        if how == "closed":
            close_account(alma, password=PASSWORD, address="192.0.2.7")
        else:
            cancel_export(export)

    export.refresh_from_db()
    assert (export.state, objects(), export.parts.count()) == ("expired", [], 0)


def test_one_archive_is_made_at_a_time(alma: User) -> None:
    ask_for_export(alma)

    with pytest.raises(Conflict):
        ask_for_export(alma)


def test_asking_again_while_one_is_made_does_not_count_for_the_day(alma: User) -> None:
    export = ask_for_export(alma)
    for _ in range(5):
        with pytest.raises(Conflict):
            ask_for_export(alma)
    cancel_export(export)

    cancel_export(ask_for_export(alma))
    ask_for_export(alma)

    assert Export.objects.filter(owner=alma, state="working").count() == 1


def test_archive_for_an_account_that_was_just_closed_is_not_begun(alma: User, settled: Settled) -> None:
    with settled():
        close_account(User.objects.get(pk=alma.pk), password=PASSWORD, address="192.0.2.7")

    with pytest.raises(NotFound):
        ask_for_export(alma)

    assert Export.objects.count() == 0


def test_mail_says_once_when_the_archive_is_ready(alma: User, settled: Settled) -> None:
    export_all(alma, settled)

    (sent,) = mail.outbox
    assert (sent.to, "/settings/data/" in sent.body) == ([alma.email], True)


def test_api_asks_once_tells_progress_and_gives_the_archive(
    alma: User, boris: User, settled: Settled, as_app: AsApp
) -> None:
    app = as_app(alma)
    with settled():
        answers = [
            app.post("/rest/v1/exports", {}, content_type="application/json", headers={"Idempotency-Key": "once"})
            for _ in range(2)
        ]

    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    address = f"/rest/v1/exports/{answers[0].json()['id']}"
    told = app.get(address).json()
    assert (told["state"], told["progress"]) == ("ready", {"done": 0, "total": 0})
    assert zipfile.ZipFile(io.BytesIO(body(app.get(f"{address}/archive")))).testzip() is None
    assert [as_app(boris).get(each).status_code for each in (address, f"{address}/archive")] == [404, 404]
    kinds = SecurityEvent.objects.filter(user=alma).values_list("kind", flat=True)
    assert {"export_made", "export_fetched"} <= set(kinds)
