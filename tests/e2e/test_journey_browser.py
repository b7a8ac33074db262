"""The main job through the pages, in Chromium, with real photographs, on the real site; with JavaScript and without."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from core.ids import from_code
from engines.temporary import TemporarySite
from tests.e2e.hour import Hour
from tests.e2e.photographs import Photograph
from tests.e2e.rest import Rest
from tests.e2e.walking import decoded_pictures, follow, log_out, post, sign_up, wait_until_developed
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_six_photographs_of_one_person_are_seen_in_the_feed_of_another(
    site: TemporarySite, chromium: Browser, hour: Hour, photographs: list[Photograph], script: bool
) -> None:
    with (
        watched_page(chromium, site.origin, java_script_enabled=script) as author,
        watched_page(chromium, site.origin, java_script_enabled=script) as reader,
    ):
        author_name, reader_name = sign_up(site, author, "alma"), sign_up(site, reader, "boris")
        follow(reader, author_name)
        post(author, photographs, described=script)
        wait_until_developed(author, by_itself=script)
        hour.strike(id_of(site, reader_name), post_on(author))

        reader.goto("/")
        card = reader.locator("article", has_text="Six frames")
        shown = decoded_pictures(card)
        words = card.locator(".words").inner_text()
        for mark in ("like", "save"):
            mark_and_look_again(reader, mark, script)
        contact_sheet = pictures_on_contact_sheet(reader, author_name)
        log_out(reader)

    assert shown == [each.alt_text for each in photographs]
    assert [word in words for word in ("Six frames", "#roll", "#glaze", "#kiln")] == [True] * 4
    assert contact_sheet == [photographs[0].alt_text]


def id_of(site: TemporarySite, username: str) -> int:
    return int(Rest(site.origin).call("GET", f"users/{username}").json["id"])


def post_on(page: Page) -> int:
    return from_code(urlsplit(page.url).path.split("/")[2])


def mark_and_look_again(page: Page, mark: str, script: bool) -> None:
    """The button turns before the answer is there (with JavaScript) and is still turned on the page loaded anew."""
    button = page.locator(f"[data-{mark}]").first
    if script:
        held: list[Route] = []
        page.route(f"**/{mark}/", lambda route: held.append(route))  # noqa: PLW0108  Playwright wants a function
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        page.wait_for_timeout(100)
        with page.expect_response(f"**/{mark}/"):
            held[0].continue_()
        page.unroute(f"**/{mark}/")
    else:
        button.click()
        page.wait_for_load_state()
    page.goto("/")
    expect(page.locator(f"[data-{mark}]").first).to_have_attribute("aria-pressed", "true")


def pictures_on_contact_sheet(page: Page, username: str) -> list[str]:
    page.goto(f"/@{username}/")
    page.get_by_role("link", name="Contact sheet", exact=True).click()
    page.wait_for_url("**view=contact")
    expect(page.locator(".sheet .tile img:not(.lqip)").first).to_be_visible()
    tiles = page.locator(".sheet .tile img:not(.lqip)")
    return [tile.get_attribute("alt") or "" for tile in tiles.all()]
