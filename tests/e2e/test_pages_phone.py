"""Pages on a phone: nothing is wider than the screen, so nobody has to scroll sideways."""

import pytest
from playwright.sync_api import Browser, Page

from engines.temporary import TemporarySite
from tests.e2e.pages import Visitor
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser

WIDER_THAN_SCREEN = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const sticksOut = box.width > 1 && box.right > document.documentElement.clientWidth + 1;
  return sticksOut && !element.closest(".reel, .bleed, .vh, svg, [hidden]");
}).map((element) => element.outerHTML.slice(0, 120))"""
SCROLLS_SIDEWAYS = "document.scrollingElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_scrolls_sideways_on_a_phone(
    site: TemporarySite, chromium: Browser, visitor: Visitor, width: int
) -> None:
    viewport = {"width": width, "height": 780}
    with watched_page(chromium, site.origin, viewport=viewport, has_touch=True, is_mobile=True) as page:
        found = {path: too_wide(page, path) for path in visitor.open_pages}
        visitor.log_in(page)
        found |= {path: too_wide(page, path) for path in visitor.own_pages}

    assert found == dict.fromkeys([*visitor.open_pages, *visitor.own_pages], None)


def too_wide(page: Page, path: str) -> list[str] | None:
    """What sticks out on this page if it scrolls sideways."""
    page.goto(path)
    page.wait_for_load_state("load")
    return page.evaluate(WIDER_THAN_SCREEN) if page.evaluate(SCROLLS_SIDEWAYS) else None
