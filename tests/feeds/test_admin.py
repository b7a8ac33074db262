from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from feeds.models import FeedChunk, FeedRun
from tests.conftest import AsUser
from tests.factories import make_user

RUNS = "/admin/feeds/feedrun/"


@pytest.fixture
def staff(as_user: AsUser, db: None) -> Client:
    return as_user(make_user("keeper", is_staff=True, is_superuser=True))


def make_run(*, hours: int = 1, **fields: Any) -> FeedRun:
    return FeedRun.objects.create(hour=timezone.now() - timedelta(hours=hours), **fields)


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


@pytest.mark.parametrize(
    ("fields", "state", "share"),
    [
        ({"people": 200, "built": 50}, "under way", "25 %"),
        ({"people": 0}, "under way", "0 %"),
        ({"people": 200, "built": 200, "finished_at": timezone.now()}, "finished", "100 %"),
        ({"people": 0, "finished_at": timezone.now()}, "finished", "100 %"),
        ({"people": 200, "built": 199, "superseded_at": timezone.now()}, "superseded", "99 %"),
    ],
)
def test_list_shows_how_far_each_run_is(staff: Client, fields: dict[str, Any], state: str, share: str) -> None:
    make_run(**fields)

    page = text_of(staff, RUNS)

    assert f"{state} {share}" in page


def test_list_has_the_newest_run_first(staff: Client) -> None:
    older, newer = make_run(hours=2), make_run(hours=1)

    assert list(staff.get(RUNS).context["cl"].result_list) == [newer, older]


def test_page_of_a_run_shows_its_chunks_and_changes_nothing(staff: Client) -> None:
    run = make_run(people=7)
    FeedChunk.objects.create(run=run, first_id=11, last_id=42, people=7, state="building", attempts=2)

    page = text_of(staff, f"{RUNS}{run.pk}/change/")

    assert "11 42 7 Building 2" in page
    assert staff.post(f"{RUNS}{run.pk}/change/", {"people": 1}).status_code == 403
    assert staff.get(f"{RUNS}add/").status_code == 403
    assert FeedRun.objects.get().people == 7
