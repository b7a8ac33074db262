"""A place for originals or renditions is away, lies, or loses what it had."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from photos.models import Media, Post
from photos.services.trash import purge_post, trash_post
from photos.tasks import process_media
from tests.conftest import Settled
from tests.faults.storages import spoil, use_storage
from tests.images import jpeg
from tests.keeping import lose
from tests.photos.api.test_media import content, problem, send
from tests.photos.web.test_compose import picked, post_form
from tests.uploads import publish, stored, upload

COPIES = ("originals", "originals-copy")
HOWS = ("a file in its place", "nothing can be written", "FlippingStorage", "CuttingStorage", "AwayStorage")


def take_away(folder: Path, alias: str, how: str) -> None:
    """Make a storage refuse to write, in a way that also stops root."""
    if how == "a file in its place":
        (folder / alias).write_bytes(b"")
    elif how == "nothing can be written":
        use_storage(alias, location="/proc/self/nowhere")
    else:
        use_storage(alias, f"tests.faulty_storages.{how}")


def originals(folder: Path) -> list[str]:
    """Every file below the folders of originals, half-written ones too."""
    return [str(path) for alias in COPIES for path in (folder / alias).rglob("*") if path.is_file()]


@pytest.mark.parametrize("alias", COPIES)
@pytest.mark.parametrize("how", HOWS)
def test_upload_with_a_bad_copy_is_503_and_leaves_nothing(
    alma: User, as_app: Any, media_folders: Path, alias: str, how: str
) -> None:
    take_away(media_folders, alias, how)

    answer = send(as_app(alma), jpeg())

    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")
    assert (Media.objects.count(), originals(media_folders)) == (0, [])


@pytest.mark.parametrize("alias", COPIES)
@pytest.mark.parametrize("how", HOWS)
def test_upload_that_enough_storages_take_is_201_and_vouches_for_those(
    alma: User, as_app: Any, media_folders: Path, settings: Settings, alias: str, how: str
) -> None:
    settings.ORIGINAL_QUORUM = 1
    app = as_app(alma)
    take_away(media_folders, alias, how)

    answer = send(app, jpeg())

    (other,) = set(COPIES) - {alias}
    receipt = app.get(f"/rest/v1/media/{answer.json()['id']}/receipt").json()
    assert (answer.status_code, [copy["storage"] for copy in receipt["copies"]]) == (201, [other])


def test_upload_after_the_copy_is_back_works(alma: User, as_app: Any, media_folders: Path) -> None:
    app = as_app(alma)
    take_away(media_folders, "originals-copy", "a file in its place")
    assert send(app, jpeg()).status_code == 503

    (media_folders / "originals-copy").unlink()

    assert send(app, jpeg()).status_code == 201
    assert len(originals(media_folders)) == 2


def test_new_page_with_a_copy_away_is_503_and_posts_nothing(alma: User, as_user: Any, media_folders: Path) -> None:
    take_away(media_folders, "originals", "a file in its place")

    answer = post_form(as_user(alma), picked(jpeg()))

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert b"Nothing was kept; please send it again." in answer.content
    assert (Post.objects.count(), Media.objects.count(), originals(media_folders)) == (0, 0, [])


@pytest.mark.parametrize("alias", COPIES)
@pytest.mark.parametrize("loss", ["missing", "cut short", "folder gone"])
def test_original_is_served_from_the_other_copy(
    alma: User, as_app: Any, media_folders: Path, alias: str, loss: str
) -> None:
    media = upload(alma)
    lose(media_folders / alias, media.original_key, loss)

    answer = as_app(alma).get(f"/rest/v1/media/{media.pk}/original")

    assert (answer.status_code, content(answer)) == (200, jpeg())


@pytest.mark.parametrize("alias", COPIES)
@pytest.mark.parametrize("loss", ["missing", "cut short", "a wrong byte", "folder gone"])
def test_media_is_developed_from_the_other_copy(
    alma: User, settled: Settled, media_folders: Path, alias: str, loss: str
) -> None:
    with settled():
        media = upload(alma)
        lose(media_folders / alias, media.original_key, loss)

    media.refresh_from_db()
    assert (media.state, media.attempts, media.renditions.count()) == ("ready", 1, 4)


@pytest.mark.parametrize("alias", COPIES)
def test_original_is_served_and_developed_while_one_store_does_not_answer(
    alma: User, as_app: Any, settled: Settled, alias: str
) -> None:
    with settled():
        media = upload(alma)
        use_storage(alias, "tests.faulty_storages.AwayStorage")

    answer = as_app(alma).get(f"/rest/v1/media/{media.pk}/original")

    media.refresh_from_db()
    assert (media.state, answer.status_code, content(answer)) == ("ready", 200, jpeg())


def test_original_lost_in_every_copy_is_503_and_comes_back_with_one(
    alma: User, as_app: Any, media_folders: Path
) -> None:
    media, app = upload(alma), as_app(alma)
    url = f"/rest/v1/media/{media.pk}/original"
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "missing")
    answer = app.get(url)
    assert (problem(answer)[:2], answer["Retry-After"]) == ((503, "unavailable"), "10")

    (media_folders / "originals-copy" / media.original_key).write_bytes(jpeg())

    assert content(app.get(url)) == jpeg()


def test_media_with_every_copy_damaged_is_not_called_a_bad_picture(alma: User, media_folders: Path) -> None:
    media = upload(alma)
    for alias in COPIES:
        lose(media_folders / alias, media.original_key, "a wrong byte")

    process_media(media_id=media.pk)

    media.refresh_from_db()
    assert (media.state, media.attempts, media.failure_code) == ("received", 1, "")


def test_media_is_given_back_while_renditions_cannot_be_kept(alma: User, settled: Settled, media_folders: Path) -> None:
    take_away(media_folders, "renditions", "a file in its place")
    with settled():
        media = upload(alma)
    media.refresh_from_db()
    assert (media.state, media.renditions.count()) == ("received", 0)

    (media_folders / "renditions").unlink()
    with settled():
        process_media(media_id=media.pk)

    media.refresh_from_db()
    assert (media.state, media.attempts, len(stored(media_folders)["renditions"])) == ("ready", 2, 4)


def test_purge_with_a_copy_away_removes_the_rows_and_the_rest(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        post = publish(alma)
    shutil.rmtree(media_folders / "originals")
    take_away(media_folders, "originals", "a file in its place")

    with settled():
        trash_post(alma, post)
        purge_post(post.pk)

    assert (Post.objects.count(), Media.objects.count()) == (0, 0)
    assert [path for path in (media_folders / "originals-copy").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("lost", [["originals"], ["originals-copy"], ["originals", "originals-copy"]])
def test_same_bytes_again_put_back_the_copies_that_are_gone(alma: User, media_folders: Path, lost: list[str]) -> None:
    media = upload(alma)
    for alias in lost:
        (media_folders / alias / media.original_key).unlink()

    again = upload(alma)

    assert again == media
    for alias in ("originals", "originals-copy"):
        assert (media_folders / alias / media.original_key).read_bytes() == jpeg()


@pytest.mark.parametrize("copies", [1, 2])
def test_original_is_asked_of_a_storage_that_is_away_only_once_in_a_while(
    alma: User, as_app: Any, monkeypatch: pytest.MonkeyPatch, copies: int
) -> None:
    asked: list[str] = []
    media, app = upload(alma), as_app(alma)
    use_storage("originals", "tests.keeping.WatchedStorage")
    if copies == 1:
        media.copies.filter(storage="originals-copy").delete()

    def no_answer(self: object, name: str) -> int:
        asked.append(name)
        raise ConnectionError("no route to the store")

    monkeypatch.setattr("tests.keeping.WatchedStorage.size", no_answer)

    codes = {app.get(f"/rest/v1/media/{media.pk}/original").status_code for _ in range(3)}

    assert (codes, len(asked)) == (({503}, 3) if copies == 1 else ({200}, 1))


def test_original_is_read_from_a_copy_that_is_not_known_to_be_damaged(
    alma: User, as_app: Any, media_folders: Path
) -> None:
    media = upload(alma)
    spoil(media_folders / "originals" / media.original_key)
    media.copies.filter(storage="originals").update(damaged_at=timezone.now())

    answer = as_app(alma).get(f"/rest/v1/media/{media.pk}/original")

    assert content(answer) == jpeg()
