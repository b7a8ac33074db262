"""The admin in its skin, in a real browser: nothing that the content security policy refuses, on any page."""

from collections.abc import Iterator
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Page, expect

from engines.temporary import TemporarySite
from tests.e2e.pages import Visitor
from tests.e2e.people import PASSWORD
from tests.e2e.watching import watched_page

MAKE_STAFF = (
    "from accounts.models import User; User.objects.create_superuser({name!r}, '{name}@example.org', {password!r})"
)
WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def keeper(site: TemporarySite) -> str:
    name = f"keeper{token_hex(4)}"
    site.manage("shell", "--no-imports", "-c", MAKE_STAFF.format(name=name, password=PASSWORD))
    site.manage("shell", "--no-imports", "-c", "from core.tasks import take_samples; take_samples()")
    return name


@pytest.fixture(params=["wide-light", "narrow-dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, site: TemporarySite, keeper: str) -> Iterator[Page]:
    size, _, scheme = request.param.partition("-")
    options = {"viewport": WIDE if size == "wide" else NARROW, "color_scheme": scheme}
    with watched_page(chromium, site.origin, **options) as opened:
        opened.goto("/login/?next=/admin/")
        opened.get_by_label("Username").fill(keeper)
        opened.locator("input[name=password]").fill(PASSWORD)
        opened.locator("main form button[type=submit]").first.click()
        expect(opened.get_by_role("heading", name="Dashboard")).to_be_visible()
        yield opened


def fits(page: Page) -> bool:
    page.wait_for_load_state("networkidle")
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_admin_works_with_nothing_that_the_policy_refuses(page: Page, visitor: Visitor) -> None:
    """The page is watched: any refused script or style, any error of a script, ends the test."""
    expect(page.get_by_role("img", name="Uploads")).to_be_visible()
    page.get_by_role("link", name="90 days").click()
    wide = [fits(page)]

    page.goto("/admin/photos/post/")
    page.locator("#changelist a", has_text="Filters").first.click()
    expect(page.locator("#changelist-filter")).to_be_visible()
    page.locator("#changelist-filter").get_by_role("link", name="Published").click()
    wide.append(fits(page))

    page.locator("input.action-select").first.check()
    page.get_by_label("Select action to run").select_option("put_on_the_site_again")
    page.get_by_role("button", name="Run").click()
    page.wait_for_load_state("networkidle")

    page.goto("/admin/accounts/user/")
    page.keyboard.press("/")
    page.keyboard.type(visitor.username)
    page.keyboard.press("Enter")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_label("Username")).to_have_value(visitor.username)
    wide.append(fits(page))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    page.goto("/admin/feeds/feed/")
    page.locator("#searchbar").fill(visitor.username)
    page.keyboard.press("Enter")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_text("You follow this person").first).to_be_visible()
    wide.append(fits(page))

    for path in (
        "/admin/accounts/user/add/",
        "/admin/auth/group/add/",
        "/admin/admin/logentry/",
        "/admin/photos/media/",
    ):
        page.goto(path)
        wide.append(fits(page))
    assert wide == [True] * len(wide)


def test_menu_opens_and_changes_the_appearance(page: Page) -> None:
    menu = page.locator("#nav-sidebar")
    if not menu.is_visible():
        page.get_by_role("button", name="Menu").click()
    menu.locator("summary").click()

    menu.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_class("dark has-script")
