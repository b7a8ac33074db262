from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.storage import note_away
from photos.services.repair import Verdict, note_wrong
from photos.services.scrubbing import Scope, scrub
from tests.conftest import AsUser, Settled
from tests.faults.storages import use_storage
from tests.images import jpeg, jpeg_with_secrets
from tests.keeping import COPIES, lose
from tests.photos.api.test_media import LIST, RECEIPT_KEYS, content, problem, send
from tests.uploads import publish, upload


def test_media_original_is_the_exact_bytes_as_a_download(alma: User, as_app: Any) -> None:
    data = jpeg_with_secrets()
    media = upload(alma, data)

    answer = as_app(alma).get(f"{LIST}/{media.pk}/original")

    assert (answer.status_code, answer["Content-Type"], content(answer)) == (200, "image/jpeg", data)
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")


def test_media_original_answers_ranges(alma: User, as_app: Any) -> None:
    media = upload(alma)

    answer = as_app(alma).get(f"{LIST}/{media.pk}/original", headers={"Range": "bytes=2-9"})

    assert (answer.status_code, content(answer)) == (206, jpeg()[2:10])
    assert answer["Content-Range"] == f"bytes 2-9/{len(jpeg())}"


@pytest.mark.parametrize(("downloads", "status"), [(True, 200), (False, 404)])
def test_media_original_is_for_others_only_where_the_post_allows_it(
    alma: User, boris: User, as_app: Any, client: Client, settled: Settled, downloads: bool, status: int
) -> None:
    with settled():
        media = publish(alma, downloads=downloads).media.get()

    answers = [asker.get(f"{LIST}/{media.pk}/original") for asker in (as_app(boris), client)]

    assert [each.status_code for each in answers] == [status, status]
    assert [content(each) for each in answers if each.streaming] == [jpeg()] * (2 if downloads else 0)


def test_media_original_of_a_hidden_post_is_404_even_if_it_allows_downloads(
    alma: User, boris: User, as_app: Any, settled: Settled
) -> None:
    with settled():
        media = publish(alma, downloads=True, audience="followers").media.get()

    assert problem(as_app(boris).get(f"{LIST}/{media.pk}/original"))[0] == 404


def test_media_receipt_is_that_of_the_upload(alma: User, as_app: Any) -> None:
    app = as_app(alma)
    media = send(app, jpeg()).json()

    receipt = app.get(f"{LIST}/{media['id']}/receipt").json()

    assert (receipt, set(receipt)) == (media["receipt"], RECEIPT_KEYS)


def test_media_original_is_never_a_copy_known_to_be_damaged(alma: User, as_app: Any, media_folders: Path) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "a wrong byte")
    note_wrong(media, "originals", Verdict.DAMAGED)
    use_storage("originals-copy", "tests.faulty_storages.AwayStorage")

    while_away = as_app(alma).get(f"{LIST}/{media.pk}/original")
    use_storage("originals-copy")
    later = as_app(alma).get(f"{LIST}/{media.pk}/original")

    assert (problem(while_away)[:2], content(later)) == ((503, "unavailable"), jpeg())


def test_media_original_is_read_from_a_storage_that_rests_rather_than_from_a_damaged_copy(
    alma: User, as_app: Any, media_folders: Path
) -> None:
    media = upload(alma)
    lose(media_folders / "originals", media.original_key, "a wrong byte")
    note_wrong(media, "originals", Verdict.DAMAGED)
    note_away("originals-copy", OSError("a moment ago"))

    answer = as_app(alma).get(f"{LIST}/{media.pk}/original")

    assert content(answer) == jpeg()


@pytest.mark.parametrize("loss", ["missing", "a wrong byte"])
def test_media_original_that_is_lost_says_so_and_not_to_try_again(
    alma: User, as_app: Any, as_user: AsUser, media_folders: Path, settled: Settled, loss: str
) -> None:
    with settled():
        post = publish(alma)
    media = post.media.get()
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, loss)
    scrub(Scope())

    answer = as_app(alma).get(f"{LIST}/{media.pk}/original")
    page = as_user(alma).get(reverse("photos:original", args=[post.pk, media.pk]))

    told = answer.json()
    words = "No right copy of this original is left; the operator was alarmed."
    assert (told["status"], told["code"], told["detail"]) == (503, "original_lost", words)
    assert ("Retry-After" in answer, page.status_code, "Retry-After" in page) == (False, 503, False)
    assert words in page.text
    assert "try again" not in page.text
