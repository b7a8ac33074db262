"""Finding something in a browser: typing, choosing with keys, tabs, and what the browser remembers of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from engines.temporary import TemporarySite
from tests.e2e.pages import give_password
from tests.e2e.people import sign_up, small_post
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def finder(site: TemporarySite) -> str:
    """Somebody who may look for a post and a tag of somebody else."""
    name, app = sign_up(site, "wanda")
    small_post(app, seed=41, title="Windmill at noon", tags=["wandering"])
    return name


def test_what_is_typed_is_completed_chosen_with_keys_and_remembered(
    site: TemporarySite, chromium: Browser, finder: str
) -> None:
    with watched_page(chromium, site.origin) as page:
        give_password(page, finder)
        page.keyboard.press("/")
        field = page.get_by_role("combobox", name="Search")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-expanded", "false")

        page.keyboard.type("wand")
        options = page.get_by_role("option")
        expect(options).to_have_count(2)
        expect(field).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowUp")
        expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", "find-offer-2")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tags/wandering/")

        page.go_back()
        field.fill("wand")
        expect(options).to_have_count(2)
        page.keyboard.press("Escape")
        expect(options).to_have_count(0)
        field.fill("windmill")
        page.keyboard.press("Enter")
        expect(page.locator("main .found")).to_contain_text("Windmill at noon")
        page.get_by_role("link", name="People", exact=True).click()
        expect(page.get_by_role("heading", name="Nothing for “windmill”")).to_be_visible()

        _forget(page)


def _forget(page: Page) -> None:
    page.goto("/search/")
    recent = page.get_by_role("region", name="Recent searches")
    expect(recent.get_by_role("link")).to_have_text(["windmill"])
    recent.get_by_role("button", name="Remove windmill").click()
    expect(recent).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_search_is_a_form_without_scripts(site: TemporarySite, chromium: Browser, finder: str) -> None:
    with watched_page(chromium, site.origin, java_script_enabled=False) as page:
        page.goto("/search/")
        page.get_by_role("searchbox", name="Search").fill("windmill")
        page.locator("main").get_by_role("button", name="Search").click()

        expect(page.locator("main .found")).to_contain_text("Windmill at noon")
        page.get_by_role("link", name="Newest").click()
        expect(page).to_have_url(f"{site.origin}/search/?q=windmill&sort=new")
        expect(page.get_by_role("searchbox", name="Search")).to_have_value("windmill")
