"""What a person does in the browser, step by step, through the pages alone."""

import re
from secrets import token_hex

from playwright.sync_api import FilePayload, Locator, Page, expect

from engines.temporary import TemporarySite
from tests.e2e.mails import mailed_code
from tests.e2e.people import PASSWORD
from tests.e2e.photographs import Photograph

DECODED = "image => image.complete && image.naturalWidth > 0"
DEVELOPED_WITHIN_MS = 60_000


def sign_up(site: TemporarySite, page: Page, name: str) -> str:
    """Fill in the form, then the code that comes by mail; the new person's username."""
    username = f"{name}{token_hex(4)}"
    page.goto("/")
    page.locator("header").get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill(username)
    page.get_by_label("E-mail").fill(f"{username}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(mailed_code(site, f"{username}@example.org"))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("/")
    return username


def post(page: Page, photographs: list[Photograph], *, described: bool) -> None:
    """Choose the files, write the words, choose the audience and post; ends on the page of the post.

    `described`: with JavaScript alt texts are written in the same form, without it on the page that follows.
    """
    page.get_by_role("link", name="New", exact=True).click()
    files = [FilePayload(name=each.name, mimeType=each.content_type, buffer=each.data) for each in photographs]
    page.get_by_label("Choose your pictures").set_input_files(files)
    if described:
        describe(page.locator("[data-picked] textarea"), photographs)
    page.get_by_label("Title").fill("Six frames")
    page.get_by_label("Caption").fill("All of a #roll")
    page.get_by_label("Tags").fill("kiln glaze")
    page.get_by_label("Followers", exact=True).check()
    page.get_by_role("button", name="Post", exact=True).click()
    if not described:
        page.wait_for_url(re.compile(r"/p/\w+/alt/"))
        describe(page.locator("main textarea"), photographs)
        page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/p/\w+/$"))


def describe(fields: Locator, photographs: list[Photograph]) -> None:
    expect(fields).to_have_count(len(photographs))
    for field, photograph in zip(fields.all(), photographs, strict=True):
        field.fill(photograph.alt_text)


def wait_until_developed(page: Page, *, by_itself: bool) -> None:
    """On the author's page of the post: it shows by itself, or after looking again, that the pictures are ready."""
    ready = page.locator("main .look [data-picture]").first
    if by_itself:
        expect(ready).to_be_visible(timeout=DEVELOPED_WITHIN_MS)
        expect(page.get_by_text("Developing…")).to_have_count(0, timeout=DEVELOPED_WITHIN_MS)
        return
    for _ in range(DEVELOPED_WITHIN_MS // 500):
        again = page.get_by_role("link", name="Look again")
        if again.count() == 0:
            break
        again.click()
        page.wait_for_timeout(500)
    expect(page.get_by_text("Developing…")).to_have_count(0)


def follow(page: Page, username: str) -> None:
    page.goto(f"/@{username}/")
    page.locator("main .profile").get_by_role("button", name=f"Follow {username}").click()
    expect(page.locator("main .profile").get_by_role("button", name=f"Following {username}")).to_be_visible()


def decoded_pictures(place: Locator) -> list[str]:
    """The alt texts of the pictures in `place`, each scrolled into view and really decoded by the browser."""
    pictures = place.locator("img[data-picture]")
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        handle = picture.element_handle()
        assert handle is not None
        place.page.wait_for_function(DECODED, arg=handle)
    return [picture.get_attribute("alt") or "" for picture in pictures.all()]


def log_out(page: Page) -> None:
    page.goto("/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    expect(page.locator("header").get_by_role("link", name="Log in")).to_be_visible()
