"""The pages of the API in a browser: the table of contents with the keyboard, on a phone, and code on the clipboard."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from engines.temporary import TemporarySite
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.textContent.trim()"


def is_in_sight(page: Page, anchor: str) -> bool:
    """Whether it is on the screen, and not under anything."""
    return bool(
        page.evaluate(
            """(id) => {
              const heading = document.getElementById(id).querySelector("h2");
              const box = heading.getBoundingClientRect();
              return heading.contains(document.elementFromPoint(box.left + 4, box.top + box.height / 2));
            }""",
            anchor,
        )
    )


def test_contents_stand_beside_the_text_and_the_keyboard_reaches_them(site: TemporarySite, chromium: Browser) -> None:
    with watched_page(chromium, site.origin, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/docs/api/posts/")
        page.locator("main").focus()

        page.keyboard.press("Tab")
        first = page.evaluate(FOCUSED)
        page.get_by_role("link", name="Publish a post").first.click()

        assert first == "Start"
        assert is_in_sight(page, "createPost")


@pytest.mark.parametrize("script", [True, False])
def test_contents_on_a_phone_open_and_lead_to_a_call_that_can_be_seen(
    site: TemporarySite, chromium: Browser, script: bool
) -> None:
    options: dict[str, Any] = {
        "viewport": {"width": 390, "height": 780},
        "has_touch": True,
        "java_script_enabled": script,
    }
    with watched_page(chromium, site.origin, **options) as page:
        page.goto("/docs/api/posts/")
        link = page.locator(".docs-nav").get_by_role("link", name="Publish a post")
        closed = link.is_visible()
        page.get_by_text("Contents").click()
        link.click()

        assert closed is False
        assert is_in_sight(page, "createPost")
        assert page.locator(".docs-nav[open]").count() == (0 if script else 1)


def test_a_command_is_copied_with_one_click(site: TemporarySite, chromium: Browser) -> None:
    with watched_page(chromium, site.origin, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto("/docs/api/feed/")
        command = page.locator("#getFeed .film")
        command.hover()
        command.get_by_role("button", name="Copy").click()
        command.get_by_role("button", name="Copied").wait_for()

        copied = page.evaluate("navigator.clipboard.readText()")

    assert copied == f'curl {site.origin}/rest/v1/feed \\\n     -H "Authorization: Bearer $TOKEN"'
