"""Pages on a phone: nothing is wider than the screen, so nobody has to scroll sideways."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from engines.temporary import TemporarySite
from tests.e2e.pages import Arranged, Visitor
from tests.e2e.tour import walk
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser

WIDER_THAN_SCREEN = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const sticksOut = box.width > 1 && box.right > document.documentElement.clientWidth + 1;
  return sticksOut && !element.closest(".reel, .bleed, .vh, svg, [hidden]");
}).map((element) => element.outerHTML.slice(0, 120))"""
SCROLLS_SIDEWAYS = "document.scrollingElement.scrollWidth > document.documentElement.clientWidth"


WIDTHS = (390, 320)


def test_no_page_scrolls_sideways_on_a_phone(
    site: TemporarySite, chromium: Browser, visitor: Visitor, arranged: Arranged
) -> None:
    options: dict[str, Any] = {"viewport": screen(WIDTHS[0]), "has_touch": True, "is_mobile": True}
    with watched_page(chromium, site.origin, refusals=True, **options) as page:
        found = {name: too_wide(page) for name in walk(page, visitor, arranged)}

    assert {name: wide for name, wide in found.items() if wide} == {}
    assert len(found) >= 100


def screen(width: int) -> ViewportSize:
    return {"width": width, "height": 780}


def too_wide(page: Page) -> list[str]:
    """What sticks out of this page where it scrolls sideways."""
    found: list[str] = []
    page.wait_for_load_state("load")
    for width in reversed(WIDTHS):
        page.set_viewport_size(screen(width))
        if page.evaluate(SCROLLS_SIDEWAYS):
            found += [f"{width}: {element}" for element in page.evaluate(WIDER_THAN_SCREEN)]
    return found
