"""The first page of the admin, in the skin it has."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from core.models import Sample
from core.samples import slot_of, take_samples
from photos.models import StorageAlarm
from tests.away import queue_away, take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_media, make_post, make_user

ROOT = Path(__file__).resolve().parents[3]
INLINE = re.compile(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_user: AsUser, db: None) -> Client:
    return as_user(make_user("keeper", is_staff=True, is_superuser=True))


def test_dashboard_has_figures_of_now_that_lead_to_their_lists(staff: Client, alma: User) -> None:
    make_media(alma, state="failed")
    StorageAlarm.objects.create(kind="missing", storage="originals", key="aa/b.jpg")

    page = staff.get("/admin/").text

    assert '<a href="/admin/photos/media/?state__exact=failed">Failed within a day</a>' in page
    assert '<a href="/admin/photos/storagealarm/?state=open">Storage alarms</a>' in page
    assert page.count('class="is-alarming"') == 2


def test_dashboard_draws_what_was_written_down_and_tells_it_in_figures(staff: Client) -> None:
    Sample.objects.create(name="queue_tasks/mail", at=slot_of(timezone.now()), value=17)

    page = staff.get("/admin/").text

    assert "mail: 17 now, 17 at most" in page
    assert "<td>17</td>" in page
    assert page.count('role="img"') == page.count("<desc ") == page.count("The same in figures")


@pytest.mark.parametrize(
    ("query", "span"), [("", "day"), ("?span=week", "week"), ("?span=quarter", "quarter"), ("?span=x", "day")]
)
def test_dashboard_shows_the_time_that_is_asked_for(staff: Client, query: str, span: str) -> None:
    assert staff.get(f"/admin/{query}").context["dashboard"].span == span


def test_dashboard_says_that_nothing_was_written_down_for_long(staff: Client) -> None:
    Sample.objects.create(name="outbox_tasks", at=timezone.now() - timedelta(hours=3), value=1)

    assert "Nothing was written down for 3\xa0hours" in staff.get("/admin/").text


def test_dashboard_answers_while_valkey_is_away(staff: Client, settings: Settings) -> None:
    take_valkey_away(settings)

    with queue_away():
        answer = staff.get("/admin/")

    assert (answer.status_code, "The queue does not answer" in answer.text) == (200, True)


def test_staff_who_may_see_little_get_figures_without_links(as_user: AsUser) -> None:
    some = make_user("some", is_staff=True)
    some.user_permissions.add(Permission.objects.get(codename="view_tag"))

    page = as_user(some).get("/admin/").text

    assert ("Storage alarms" in page, "/admin/photos/storagealarm/" in page) == (True, False)
    assert ("Originals and their copies" in page, "/admin/photos/tag/" in page) == (False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_dashboard_takes_the_same_queries_for_one_of_each_and_three(staff: Client, count: int) -> None:
    for _ in range(count):
        make_post(make_user())
        StorageAlarm.objects.create(kind="missing", storage="originals", key="aa/b.jpg")
    take_samples(timezone.now())

    with CaptureQueriesContext(connection) as queries:
        staff.get("/admin/")

    assert len(queries) == 26


def test_appearance_is_that_of_the_site(staff: Client) -> None:
    staff.post("/theme/", {"theme": "dark"})

    assert re.search(r'<html[^>]*class="dark"\s+data-theme="dark"', staff.get("/admin/").text)


def test_lists_about_people_stand_together_whoever_wrote_them(staff: Client) -> None:
    apps = staff.get("/admin/").context["app_list"]

    assert [app["name"] for app in apps] == ["People", "Feeds", "Moderation", "Photos", "Administration"]


def test_search_over_all_tables_at_once_is_not_there(staff: Client) -> None:
    assert staff.get("/admin/search/?s=alma").status_code == 404


PAGES = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/?q=keeper&is_active__exact=1",
    "/admin/accounts/user/add/",
    "/admin/photos/",
    "/admin/photos/post/",
    "/admin/auth/group/add/",
    "/admin/feeds/feed/",
    "/admin/admin/logentry/",
    "/admin/password_change/",
]
WALK = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
from accounts.models import User
client = Client()
client.force_login(User.objects.get(username="keeper"))
print(json.dumps({path: [(answer := client.get(path)).status_code, answer.text] for path in json.loads(sys.argv[1])}))
"""


def own_pages(person: User) -> list[str]:
    return [*PAGES, f"/admin/accounts/user/{person.pk}/change/", f"/admin/feeds/feed/{person.pk}/change/"]


def test_no_page_has_a_script_or_a_style_in_it(staff: Client) -> None:
    found = {path: INLINE.findall(staff.get(path).text) for path in own_pages(User.objects.get(username="keeper"))}

    assert {path: parts for path, parts in found.items() if parts} == {}


@pytest.mark.django_db(transaction=True)
def test_plain_admin_has_the_same_pages_without_the_skin() -> None:
    """In a process of its own: a skin is chosen once."""
    keeper = make_user("keeper", is_staff=True, is_superuser=True)

    found = walk_plain(own_pages(keeper))

    assert {path: status for path, (status, _) in found.items()} == dict.fromkeys(found, 200)
    assert [path for path, (_, text) in found.items() if "unfold" in text or INLINE.search(text)] == []
    assert "board-tiles" in found["/admin/"][1]


def walk_plain(paths: list[str]) -> dict[str, tuple[int, str]]:
    """Status and text of each page with ADMIN_SKIN=plain, for the person named keeper."""
    database = connection.settings_dict
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'], safe='')}"
    address = f"postgresql://{who}@/{database['NAME']}?host={quote(str(database['HOST']), safe='')}"
    given = {"ADMIN_SKIN": "plain", "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "instagram.settings"}
    given |= {
        "SECRET_KEY": configured.SECRET_KEY,
        "REDIS_URL": configured.REDIS_URL,
        "DEBUG": "true",
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WALK, json.dumps(paths)],
        env={**os.environ, **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, tuple[int, str]] = json.loads(done.stdout)
    return found
