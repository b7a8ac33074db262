"""The home page on the express way answers, to the letter, what the ordinary way answers, or says nothing."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.closing import suspend_account
from accounts.services.follows import follow_user
from photos.models import Post
from tests.conftest import AsUser
from tests.factories import make_like, make_user
from tests.queue import run_queue
from tests.ways import both_ways

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w{64})"')

PAGE_CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "plain": ({}, {}),
    "dark": ({"theme": "dark"}, {}),
    "light": ({"theme": "light"}, {}),
    "unknown theme": ({"theme": '"><script>'}, {}),
    "remembers top": ({"ranking": "top"}, {}),
    "remembers nonsense": ({"ranking": "best"}, {}),
    "another language": ({}, {"Accept-Language": "de"}),
    "back in history": ({}, {**HTMX, "HX-History-Restore-Request": "true"}),
    "fragment": ({}, HTMX),
    "csrf cookie that is none": ({"csrf": "short"}, {}),
}


@pytest.mark.parametrize("case", PAGE_CASES)
def test_home_page_is_the_same_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_user: AsUser, reader: User, case: str
) -> None:
    cookies, headers = PAGE_CASES[case]
    browser = as_user(reader)
    browser.get("/")  # the CSRF cookie
    for name, value in cookies.items():
        browser.cookies[name] = value

    went, quick, plain = both_ways(monkeypatch, taken, lambda: browser.get("/", headers=headers))

    assert went
    assert quick[:2] == plain[:2]
    assert quick[3] == plain[3]


def test_first_visit_with_a_session_gets_a_csrf_cookie_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_user: AsUser, reader: User
) -> None:
    browser = as_user(reader)

    def ask() -> Any:
        browser.cookies.pop("csrf", None)
        return browser.get("/")

    went, quick, plain = both_ways(monkeypatch, taken, ask)

    assert went
    assert [set(way[2]) for way in (quick, plain)] == [{"csrf"}, {"csrf"}]


def test_next_pages_for_htmx_are_the_same_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_user: AsUser, reader: User
) -> None:
    browser, path, pages = as_user(reader), "/", 0
    browser.get("/")
    while path:
        went, quick, plain = both_ways(monkeypatch, taken, lambda path=path: browser.get(path, headers=HTMX))  # type: ignore[misc]

        assert went, path
        assert quick == plain
        found = re.search(rb'hx-get="([^"]+)"', quick[3])
        path, pages = found[1].decode().replace("&amp;", "&") if found else "", pages + 1
    assert pages == 3


def test_page_the_browser_has_already_is_304_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_user: AsUser, reader: User
) -> None:
    browser = as_user(reader)
    for _ in range(4):
        tag = browser.get("/")["ETag"]

    went, quick, plain = both_ways(monkeypatch, taken, lambda: browser.get("/", headers={"If-None-Match": tag}))

    assert went
    assert quick[0] == 304
    assert quick == plain


def test_tag_of_the_page_changes_with_the_csrf_secret_and_the_likes(as_user: AsUser, reader: User) -> None:
    browser = as_user(reader)
    for _ in range(4):
        tag = browser.get("/")["ETag"]
    browser.cookies["csrf"] = "b" * 32
    other_secret = browser.get("/")["ETag"]
    make_like(make_user("emil"), Post.objects.filter(author__username="boris").latest("pk"))

    assert len({tag, other_secret, browser.get("/")["ETag"]}) == 3


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/?ranking=top", {}),
        ("/?ranking=latest", {}),
        ("/?cursor=x", {}),
        ("/?ranking=top&cursor=x", {}),
        ("/?anything=1", {}),
        ("/", {"Host": "evil.example.org"}),
    ],
)
def test_other_questions_about_home_are_left_to_the_ordinary_way(
    taken: list[str], as_user: AsUser, reader: User, path: str, headers: dict[str, str]
) -> None:
    browser = as_user(reader)
    for _ in range(4):
        browser.get("/")
    taken.clear()

    browser.get(path, headers=headers)

    assert taken == []


def test_form_of_an_express_page_is_accepted(taken: list[str], reader: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(reader)
    for _ in range(4):
        page = browser.get("/")
    assert taken == ["/"] * len(taken) != []
    token = TOKEN.search(page.content)[1].decode()  # type: ignore[index]

    answers = [browser.post("/theme/", {"theme": "dark", "csrfmiddlewaretoken": each}) for each in (token, "x" * 64)]

    assert [answer.status_code for answer in answers] == [303, 403]


def test_message_is_shown_once_and_then_the_express_way_goes_on(
    taken: list[str], as_user: AsUser, reader: User
) -> None:
    browser = as_user(reader)
    for _ in range(4):
        browser.get("/")
    browser.post("/settings/privacy/", {})
    taken.clear()

    pages = [browser.get("/").content.decode() for _ in range(3)]

    assert ["Saved." in page for page in pages] == [True, False, False]
    assert taken == ["/"] * 2


def test_new_follow_changes_the_suggestions_at_once(taken: list[str], as_user: AsUser, reader: User) -> None:
    browser = as_user(reader)
    pages = [browser.get("/").content.decode() for _ in range(4)]
    follow_user(reader, User.objects.get(username="dora"))

    pages.append(browser.get("/").content.decode())

    assert ['id="suggested"' in page for page in pages] == [True] * 4 + [False]


def test_suggested_person_who_is_suspended_is_gone_at_once(taken: list[str], as_user: AsUser, reader: User) -> None:
    browser = as_user(reader)
    for _ in range(4):
        browser.get("/")
    suspend_account(User.objects.get(username="dora"))

    pages = [browser.get("/").content.decode() for _ in range(3)]

    assert ["@dora" in page for page in pages] == [False] * 3


def test_follow_request_shows_on_the_next_page(taken: list[str], as_user: AsUser, reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(is_private=True)
    browser = as_user(reader)
    for _ in range(4):
        browser.get("/")
    follow_user(User.objects.get(username="dora"), reader)
    run_queue()

    page = browser.get("/").content.decode()

    assert '<span class="dot">2<span' in page  # boris follows, too


def test_person_blocked_by_the_author_sees_nothing_of_them(taken: list[str], as_user: AsUser, reader: User) -> None:
    browser = as_user(reader)
    for _ in range(4):
        browser.get("/")
    block_user(User.objects.get(username="boris"), reader)

    assert "@boris" not in browser.get("/").content.decode()
