"""What comes while somebody looks at their feed, and why it is there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from engines.temporary import TemporarySite
from tests.e2e.pages import Visitor
from tests.e2e.people import sign_up, small_post
from tests.e2e.rest import Rest
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser

A_MINUTE_MS = 61_000


@pytest.fixture
def writer(site: TemporarySite) -> tuple[str, Rest]:
    return sign_up(site, "writer")


@pytest.fixture
def reader(site: TemporarySite, writer: tuple[str, Rest]) -> Visitor:
    """Somebody who follows the writer of one post."""
    username, app = sign_up(site, "reader")
    small_post(writer[1], seed=31, title="There already")
    app.call("PUT", f"users/{writer[0]}/follow")
    return Visitor(username, [], [])


@pytest.fixture
def home(site: TemporarySite, chromium: Browser, reader: Visitor, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The feed of the reader, open in a browser."""
    scripts: bool = getattr(request, "param", True)
    with watched_page(chromium, site.origin, java_script_enabled=scripts) as page:
        if scripts:
            page.clock.install()
        reader.log_in(page)
        expect(page.locator("article")).to_have_count(1)
        yield page


def test_new_posts_are_announced_and_shown_when_asked_for(writer: tuple[str, Rest], home: Page) -> None:
    home.reload()
    expect(home.locator("article")).to_have_count(1)
    small_post(writer[1], seed=32, title="Came later")

    pill = home.get_by_role("link", name="1 new post")
    for _ in range(20):
        home.clock.fast_forward(A_MINUTE_MS)
        home.wait_for_timeout(500)
        if pill.is_visible():
            break
    expect(home.locator("#announcer")).to_have_text("1 new post")
    expect(home.locator("article")).to_have_count(1)
    home.keyboard.press(".")

    expect(home.locator("article")).to_have_count(2)
    expect(home.locator("article").first).to_contain_text("Came later")
    expect(home.locator(".seen")).to_have_text("You have seen everything from here on")


@pytest.mark.parametrize("home", [True, False], indirect=True, ids=["with scripts", "without"])
def test_card_leads_to_why_it_is_there(writer: tuple[str, Rest], home: Page, request: pytest.FixtureRequest) -> None:
    home.get_by_text("Why this?").click()
    home.get_by_role("link", name="In detail").click()

    place = home.get_by_role("dialog") if "with scripts" in request.node.name else home.locator("main")
    expect(place.get_by_role("heading", name="Why am I seeing this?")).to_be_visible()
    expect(place).to_contain_text(f"You follow {writer[0]}.")
    expect(place).to_contain_text("It is number 1 of 1 in your Top feed")
