from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core import faults
from core.queues import queue_lengths
from photos.models import Media, Rendition
from photos.services import processing
from photos.services.photographs import derive_photo
from photos.services.processing import MAX_ATTEMPTS, MAX_BREAKDOWNS, STUCK_AFTER, WAITS
from photos.tasks import process_media
from tests.conftest import Settled
from tests.factories import make_media, make_post
from tests.files import damaged, opened
from tests.images import jpeg, jpeg_with_secrets
from tests.queue import run_queue
from tests.uploads import stored, upload


def state_of(media: Media) -> tuple[str, int, str]:
    media.refresh_from_db()
    return media.state, media.attempts, media.failure_code


def set_back(media: Media, state: str, *, age: timedelta, attempts: int = 0, breakdowns: int = 0) -> None:
    Media.objects.filter(pk=media.pk).update(
        state=state, attempts=attempts, breakdowns=breakdowns, state_changed_at=timezone.now() - age
    )


def test_process_makes_a_media_ready_with_all_it_needs(alma: User, settled: Settled) -> None:
    with settled():
        media = upload(alma, jpeg_with_secrets(orientation=6))

    assert state_of(media) == ("ready", 1, "")
    assert (media.width, media.height, len(media.blurhash)) == (60, 80, 28)
    assert media.placeholder.startswith("data:image/webp;base64,")
    rows = media.renditions.order_by("name", "content_type").values_list("name", "content_type", "width", "height")
    assert list(rows) == [
        ("square", "image/avif", 60, 60),
        ("square", "image/jpeg", 60, 60),
        ("w320", "image/avif", 60, 80),
        ("w320", "image/jpeg", 60, 80),
    ]


def test_process_stores_each_rendition_as_its_row_says(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma)

    rows = {row.key: row for row in media.renditions.all()}
    assert stored(media_folders)["renditions"] == sorted(rows)
    for key, row in rows.items():
        data = (media_folders / "renditions" / key).read_bytes()
        assert (len(data), opened(data).size) == (row.bytes, (row.width, row.height))


def test_process_leaves_the_original_alone(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma, jpeg_with_secrets())

    copies = [(media_folders / alias / media.original_key).read_bytes() for alias in ("originals", "originals-copy")]
    assert copies == [jpeg_with_secrets()] * 2


def test_process_of_a_damaged_picture_fails_with_the_reason(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma, damaged())

    assert state_of(media) == ("failed", 1, "damaged")
    assert media.failure_detail == "The file is damaged and cannot be read as a picture."
    assert sorted(stored(media_folders)) == ["originals", "originals-copy"]


@pytest.mark.parametrize("state", ["processing", "ready", "failed"])
def test_process_of_a_media_that_is_not_waiting_does_nothing(alma: User, state: str) -> None:
    media = make_media(alma, state=state)
    before = list(media.renditions.values_list("key", flat=True))

    processing.process(media.pk)

    assert state_of(media) == (state, 0, "")
    assert list(media.renditions.values_list("key", flat=True)) == before


def test_process_of_a_media_that_is_gone_does_nothing(db: None) -> None:
    processing.process(4711)

    assert Media.objects.count() == 0


def test_process_delivered_twice_gives_the_same_renditions(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        media = upload(alma)
    keys = sorted(media.renditions.values_list("key", flat=True))

    with settled():
        process_media(media_id=media.pk)

    assert sorted(media.renditions.values_list("key", flat=True)) == keys
    assert stored(media_folders)["renditions"] == keys


def test_process_media_whose_original_cannot_be_read_is_given_back(alma: User) -> None:
    media = make_media(alma, state="received")

    process_media(media_id=media.pk)

    assert state_of(media) == ("received", 1, "")


def test_process_media_whose_original_stays_away_fails_after_many_tries_and_stays_failed(alma: User) -> None:
    media = make_media(alma, state="received")

    states = []
    for _ in range(MAX_ATTEMPTS + 2):
        process_media(media_id=media.pk)
        states.append(state_of(media))

    waiting = [("received", attempts, "") for attempts in range(1, MAX_ATTEMPTS)]
    assert states == [*waiting, *[("failed", MAX_ATTEMPTS, "processing_failed")] * 3]
    assert media.failure_detail == "It could not be developed. It is kept; you can try again or delete it."


def test_process_media_that_breaks_our_code_three_times_fails_and_stays_failed(alma: User, settled: Settled) -> None:
    media = upload(alma)
    Media.objects.update(content_type="image/unknown")

    states = []
    for _ in range(MAX_BREAKDOWNS + 2):
        process_media(media_id=media.pk)
        states.append(state_of(media))

    end = ("failed", 3, "processing_failed")
    assert states == [("received", 1, ""), ("received", 2, ""), end, end, end]


@pytest.mark.parametrize("attempts", [1, 3, MAX_ATTEMPTS])
def test_sweep_lets_a_media_wait_longer_after_each_attempt(alma: User, attempts: int) -> None:
    early, late = upload(alma), upload(alma, jpeg(seed=1))
    set_back(early, "received", age=WAITS[attempts] - timedelta(seconds=5), attempts=attempts)
    set_back(late, "received", age=WAITS[attempts] + timedelta(seconds=5), attempts=attempts)

    assert processing.sweep() == 1

    late.refresh_from_db()
    assert timezone.now() - late.state_changed_at < timedelta(seconds=60)


def test_process_of_an_older_recipe_does_not_replace_what_the_newer_one_will_make(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        media = upload(alma)
    keys = sorted(media.renditions.values_list("key", flat=True))
    derived = derive_photo(media, media_folders / "originals" / media.original_key)
    Media.objects.update(state="processing", revision=1)

    with settled():
        processing._finish(media, derived)

    assert state_of(media)[0] == "processing"
    assert sorted(media.renditions.values_list("key", flat=True)) == stored(media_folders)["renditions"] == keys


@pytest.mark.parametrize("state", ["received", "ready", "failed"])
def test_give_back_of_a_media_nobody_works_on_does_nothing(alma: User, state: str) -> None:
    media = make_media(alma, state=state, attempts=3)

    processing.give_back(media.pk)

    assert state_of(media) == (state, 3, "")


def test_sweep_queues_what_waits_too_long(alma: User, settled: Settled) -> None:
    media = upload(alma)
    set_back(media, "received", age=WAITS[0] + timedelta(seconds=1))

    with settled():
        assert processing.sweep() == 1

    assert state_of(media) == ("ready", 1, "")


def test_sweep_leaves_what_has_just_come(alma: User, settled: Settled) -> None:
    media = upload(alma)

    with settled():
        assert processing.sweep() == 0

    assert state_of(media) == ("received", 0, "")


def test_sweep_takes_back_what_a_dead_worker_left(alma: User, settled: Settled) -> None:
    media = upload(alma)
    set_back(media, "processing", age=STUCK_AFTER + timedelta(seconds=1), attempts=1)

    with settled():
        assert processing.sweep() == 1

    assert state_of(media) == ("ready", 2, "")


def test_sweep_leaves_what_a_worker_may_still_work_on(alma: User) -> None:
    media = upload(alma)
    set_back(media, "processing", age=STUCK_AFTER - timedelta(seconds=10), attempts=1)

    processing.sweep()

    assert state_of(media) == ("processing", 1, "")


def test_sweep_fails_what_has_killed_three_workers_and_goes_on_with_the_rest(alma: User, settled: Settled) -> None:
    poison, good = upload(alma), upload(alma, jpeg(seed=1))
    set_back(poison, "processing", age=STUCK_AFTER + timedelta(seconds=1), attempts=3, breakdowns=MAX_BREAKDOWNS - 1)
    set_back(good, "received", age=WAITS[0] + timedelta(seconds=1))

    with settled():
        processing.sweep()

    assert (state_of(poison), state_of(good)) == (("failed", 3, "processing_failed"), ("ready", 1, ""))


def test_sweep_twice_in_a_row_queues_only_once(alma: User) -> None:
    set_back(upload(alma), "received", age=WAITS[0] + timedelta(seconds=1))

    assert (processing.sweep(), processing.sweep()) == (1, 0)


def test_process_of_a_worker_that_comes_back_too_late_changes_nothing(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        media = upload(alma)
    keys = sorted(media.renditions.values_list("key", flat=True))
    derived = derive_photo(media, media_folders / "originals" / media.original_key)

    with settled():
        processing._finish(media, derived)

    assert sorted(media.renditions.values_list("key", flat=True)) == keys
    assert stored(media_folders)["renditions"] == keys


def test_process_again_replaces_the_renditions_and_removes_the_old_files(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        media = upload(alma)
    old = set(media.renditions.values_list("key", flat=True))
    Media.objects.update(state="received")

    with settled():
        process_media(media_id=media.pk)

    new = set(media.renditions.values_list("key", flat=True))
    assert (len(new), new & old) == (4, set())
    assert stored(media_folders)["renditions"] == sorted(new)


def test_process_of_a_media_deleted_meanwhile_leaves_no_files(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    media = upload(alma)
    derived = derive_photo(media, media_folders / "originals" / media.original_key)
    Media.objects.all().delete()

    with settled():
        processing._finish(media, derived)

    assert Rendition.objects.count() == 0
    assert "renditions" not in stored(media_folders)


def test_process_after_a_late_message_of_a_trashed_post_keeps_it_in_the_trash(alma: User, settled: Settled) -> None:
    with settled():
        media = upload(alma)
        post = make_post(alma, state="trashed", pictures=0)
        Media.objects.update(post=post)

    post.refresh_from_db()
    assert (state_of(media)[0], post.state, run_queue()) == ("ready", "trashed", 0)


def test_sweep_queues_no_more_than_have_lost_their_task(
    alma: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    for _ in range(3):
        make_media(alma, state="received")

    swept = []
    for _ in range(3):
        Media.objects.update(state_changed_at=timezone.now() - WAITS[0] - timedelta(seconds=1))
        with django_capture_on_commit_callbacks(execute=True):
            swept.append(processing.sweep())

    assert (swept, queue_lengths()["media"]) == ([3, 0, 0], 3)


@pytest.mark.parametrize("point", ["P9", "P10", "P12"])
def test_process_that_breaks_before_its_rows_are_kept_leaves_no_file(
    alma: User, settled: Settled, media_folders: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    with settled():
        post = make_post(alma, pictures=0, state="publishing")
        media = upload(alma)
        Media.objects.filter(pk=media.pk).update(post=post)
        monkeypatch.setattr(faults, "FOLDER", str(media_folders))
        (media_folders / point).write_text('{"how": "raise"}')
        with pytest.raises(faults.InjectedFault):
            processing.process(media.pk)
        left = sorted(stored(media_folders))

    assert left == ["originals", "originals-copy"]


def test_sweep_does_not_count_the_times_a_storage_was_away_as_deaths_of_a_worker(alma: User) -> None:
    media = upload(alma)
    set_back(media, "processing", age=STUCK_AFTER + timedelta(seconds=1), attempts=6)

    processing.sweep()

    media.refresh_from_db()
    assert (media.state, media.attempts, media.breakdowns) == ("received", 6, 1)
