"""What the people who run the site say about it: texts, rules, and announcements on top of every page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Announcement, Rule, SiteText, User
from accounts.services.site import add_rules, delete_site, save_site
from accounts.site import DEFAULT_RULES, rule_titles
from core.exceptions import NotAllowed
from tests.conftest import AsUser
from tests.factories import make_user
from tests.ready import lift_bars

PAGES = ["about", "rules", "privacy", "terms", "contact"]
WORDS = "Down on Sunday"


@pytest.fixture
def staff(db: None) -> User:
    return make_user("owner", is_staff=True, is_superuser=True)


def announce(staff: User, **fields: Any) -> Announcement:
    row = Announcement(**{"text": f"**{WORDS}**", "starts_at": timezone.now(), **fields})
    save_site(staff, row)
    return row


@pytest.mark.parametrize("name", PAGES)
def test_each_text_has_good_words_until_staff_write_their_own(staff: User, name: str) -> None:
    before = Client().get(f"/{name}/").content.decode()
    row = SiteText(name=name, text="# Our words\n\n<script>alert(1)</script> [here](javascript:alert(1))")

    save_site(staff, row)
    after = Client().get(f"/{name}/").content.decode()
    delete_site(staff, SiteText.objects.all())

    assert ("{{" in before, "Our words" in before, "Our words</h1>" in after) == (False, False, True)
    assert ("<script>alert" in after, 'href="javascript:' in after) == (False, False)
    assert "Our words" not in Client().get(f"/{name}/").content.decode()


def test_text_costs_no_query_once_it_is_known(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answers = [Client().get(f"/{name}/").status_code for name in PAGES]

    assert answers == [200] * 5


def test_rules_are_one_list_for_the_page_the_api_and_who_decides(staff: User, as_user: AsUser) -> None:
    first = Client().get("/rest/v1/instance").json()["rules"]
    add_rules(staff, ["Be kind.", "", "No crops of cats."])
    save_site(staff, Rule(title="Sign your pictures.", text="With *a name*.", position=1))

    wanted = ["Sign your pictures.", "Be kind.", "No crops of cats."]
    page = Client().get("/rules/").content.decode()
    desk = as_user(staff).get("/admin/photos/post/").content.decode()

    assert (first, Client().get("/rest/v1/instance").json()["rules"], rule_titles()) == (
        list(DEFAULT_RULES),
        wanted,
        wanted,
    )
    assert page.index(wanted[0]) < page.index("With <em>a name</em>.") < page.index(wanted[1]) < page.index(wanted[2])
    assert "Be kind." in desk or "Rule" not in desk


def test_announcement_stands_on_every_page_and_on_the_express_way_for_its_time(
    staff: User, alma: User, as_user: AsUser
) -> None:
    browser, visitor = as_user(alma), Client()
    places = [(browser, "/"), (browser, "/"), (browser, "/settings/"), (visitor, "/"), (visitor, "/login/")]
    assert not any(WORDS in client.get(path).content.decode() for client, path in places)

    row = announce(staff, level="alarm")
    on = [WORDS in client.get(path).content.decode() for client, path in places]
    row.ends_at = timezone.now() + timedelta(seconds=1)
    row.starts_at = timezone.now() - timedelta(days=1)
    save_site(staff, row)
    Announcement.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    lift_bars()
    save_site(staff, Announcement.objects.get())

    assert on == [True] * 5
    assert not any(WORDS in client.get(path).content.decode() for client, path in places)


def test_announcement_of_later_waits(staff: User) -> None:
    announce(staff, starts_at=timezone.now() + timedelta(hours=1))

    assert WORDS not in Client().get("/about/").content.decode()


def test_closed_announcement_is_gone_in_this_browser_alone_and_without_scripts(
    staff: User, alma: User, as_user: AsUser
) -> None:
    row, browser = announce(staff), as_user(alma)

    closed = browser.post(f"/announcements/{row.pk}/close/", {"next": "/settings/"})

    assert (closed.status_code, closed["Location"]) == (303, "/settings/")
    assert [WORDS in browser.get(path).content.decode() for path in ("/", "/settings/", "/")] == [False] * 3
    assert WORDS in Client().get("/about/").content.decode()


def test_what_cannot_be_closed_stays(staff: User) -> None:
    row, visitor = announce(staff, dismissible=False), Client()

    refused = [visitor.post(f"/announcements/{pk}/close/").status_code for pk in (row.pk, row.pk + 1)]
    visitor.cookies["announced"] = f"{row.pk}.x.99999999999999999999"

    assert refused == [404, 404]
    assert WORDS in visitor.get("/about/").content.decode()


def test_nobody_but_staff_changes_any_of_it(alma: User) -> None:
    for change in (
        lambda: save_site(alma, Announcement(text="x")),
        lambda: delete_site(alma, Rule.objects.all()),
        lambda: add_rules(alma, ["x"]),
    ):
        with pytest.raises(NotAllowed):
            change()

    assert Announcement.objects.count() == Rule.objects.count() == 0


def test_admin_edits_them_and_pages_say_so_at_once(staff: User, as_user: AsUser) -> None:
    admin = as_user(staff)

    text = admin.post("/admin/accounts/sitetext/add/", {"name": "about", "text": "We are *few*."})
    rules = admin.post("/admin/accounts/rule/import/", {"lines": "One\nTwo"})
    told = admin.post(
        "/admin/accounts/announcement/add/",
        {"text": WORDS, "level": "info", "starts_at_0": "2020-01-01", "starts_at_1": "00:00:00", "dismissible": "on"},
    )
    lists = [admin.get(f"/admin/accounts/{name}/").status_code for name in ("sitetext", "rule", "announcement")]
    page = Client().get("/about/").content.decode()

    assert [each.status_code for each in (text, rules, told)] == [302] * 3
    assert (lists, rule_titles()) == ([200] * 3, ["One", "Two"])
    assert ("<em>few</em>" in page, WORDS in page) == (True, True)


def test_foot_of_pages_leads_to_all_of_them(db: None) -> None:
    page = Client().get("/login/").content.decode()

    assert all(f'href="/{name}/"' in page for name in (*PAGES, "transparency"))
