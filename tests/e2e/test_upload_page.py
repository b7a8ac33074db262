"""The page of a new post in Chromium: every file is sent at once, and none is lost by what happens meanwhile."""

import random
import re
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from engines.processes import finish
from engines.site import answers
from engines.temporary import TemporarySite
from tests.e2e.photographs import Photograph
from tests.e2e.rest import wait_for
from tests.e2e.walking import decoded_pictures, sign_up, wait_until_developed
from tests.e2e.watching import watched_page
from tests.images import encode, jpeg, png_header_only

pytestmark = pytest.mark.browser

READY = "Kept, ready to post"
REMEMBER_STATES = """() => {
  window.told = [];
  const look = () => document.querySelectorAll("[data-told]").forEach((each) => window.told.push(each.textContent));
  const changes = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document.querySelector("[data-picked]"), changes);
}"""
SENT = "percent => document.querySelector('[data-state=sending] progress:not([hidden])')?.value >= percent"
NAME_OF_FOCUSED = "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"


@pytest.fixture
def page(site: TemporarySite, chromium: Browser) -> Iterator[Page]:
    """The page of a new post, open to somebody who has just signed up. Whatever goes wrong in the browser fails."""
    with watched_page(chromium, site.origin) as page:
        sign_up(site, page, "uploads")
        page.goto("/new/")
        yield page


@pytest.fixture
def rough_page(site: TemporarySite, chromium: Browser) -> Iterator[Page]:
    """The same, where lost connections and refusals are what is looked at."""
    context = chromium.new_context(base_url=site.origin)
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_up(site, page, "uploads")
    page.goto("/new/")
    yield page
    context.close()


@cache
def large_png() -> bytes:
    """14 MB, so that it is sent in four parts."""
    grain = random.Random(1).randbytes(2200 * 2200 * 3)  # noqa: S311  only to be large
    picture = Image.frombytes("RGB", (2200, 2200), grain)
    return encode(picture, "PNG", compress_level=0)


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    payloads = [FilePayload(name=name, mimeType=kind, buffer=data) for name, kind, data in files]
    page.get_by_label("Choose your pictures").set_input_files(payloads)


def choose_photographs(page: Page, photographs: list[Photograph]) -> None:
    choose(page, *[(each.name, each.content_type, each.data) for each in photographs])


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-picked] > li", has=page.locator(".file-name", has_text=name))


def post(page: Page) -> None:
    page.get_by_role("button", name="Post", exact=True).click()
    page.wait_for_url(re.compile(r"/p/\w+/"))


def wait_until_sent(page: Page, *, percent: int) -> None:
    """So much of one file."""
    page.wait_for_function(SENT, arg=percent, timeout=30_000)


def slow_down(page: Page, bytes_a_second: int) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
    )


def test_three_photographs_show_their_progress_and_become_one_post_in_the_chosen_order(
    page: Page, photographs: list[Photograph]
) -> None:
    three = [photographs[0], photographs[1], photographs[3]]
    slow_down(page, 700_000)
    page.evaluate(REMEMBER_STATES)

    choose_photographs(page, three)
    expect(row(page, three[0].name).get_by_role("progressbar")).to_be_visible()
    for each in three:
        expect(row(page, each.name)).to_contain_text(READY, timeout=30_000)
        row(page, each.name).get_by_label("Alt text").fill(each.alt_text)
    told = page.evaluate("window.told")
    row(page, three[2].name).get_by_role("button", name="Move earlier").click()
    post(page)
    wait_until_developed(page, by_itself=True)

    assert len({each for each in told if re.fullmatch(r"Sending, [1-9]\d? %", each)}) >= 3
    assert {"Waiting for its turn", READY} <= set(told)
    assert decoded_pictures(page.locator("main .look")) == [three[at].alt_text for at in (0, 2, 1)]


def test_post_waits_for_files_that_are_still_on_their_way(page: Page, photographs: list[Photograph]) -> None:
    slow_down(page, 1_000_000)

    choose_photographs(page, photographs[:2])
    page.get_by_label("Title").fill("Waited for")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_text("Waiting for 2 more to arrive")).to_be_visible()
    page.wait_for_url(re.compile(r"/p/\w+/"), timeout=30_000)

    expect(page.locator("main textarea")).to_have_count(2)


def test_refused_files_say_why_and_do_not_hold_up_the_others(rough_page: Page) -> None:
    choose(
        rough_page,
        ("paper.pdf", "application/pdf", b"%PDF-1.7 words"),
        ("torn.jpg", "image/jpeg", jpeg(seed=1)[:-30]),
        ("empty.png", "image/png", b""),
        ("good.jpg", "image/jpeg", jpeg(640, 480, seed=2)),
    )

    expect(row(rough_page, "paper.pdf")).to_contain_text("Refused: This is a PDF.")
    expect(row(rough_page, "torn.jpg")).to_contain_text("Refused: The file stops early. Please send it again.")
    expect(row(rough_page, "empty.png")).to_contain_text("Refused: The file is empty.")
    expect(row(rough_page, "good.jpg")).to_contain_text(READY, timeout=30_000)
    row(rough_page, "good.jpg").get_by_label("Alt text").fill("The good one")
    post(rough_page)
    wait_until_developed(rough_page, by_itself=True)

    assert decoded_pictures(rough_page.locator("main .look")) == ["The good one"]


def test_files_beyond_the_limits_are_refused_before_a_byte_is_sent(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/rest/" in request.url else None)

    choose(
        page,
        ("wide.png", "image/png", png_header_only(30_000, 30_000)),
        ("wide.jpg", "image/jpeg", jpeg_header_only(20_000, 20_000)),
        ("long.mov", "video/quicktime", movie_header_only(seconds=3600)),
    )

    expect(row(page, "wide.png")).to_contain_text("Refused: The picture has more than 100 million pixels.")
    expect(row(page, "wide.jpg")).to_contain_text("Refused: The picture has more than 100 million pixels.")
    expect(row(page, "long.mov")).to_contain_text("Refused: The video is longer than 10 minutes.")
    assert asked == []


def jpeg_header_only(width: int, height: int) -> bytes:
    """A segment of an application, then the frame."""
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8\xff\xe1\x00\x06Exif\xff\xc0" + frame


def movie_header_only(*, seconds: int) -> bytes:
    header = struct.pack(">I4sIIIII", 108, b"mvhd", 0, 0, 0, 600, seconds * 600) + b"\0" * 80
    return struct.pack(">I4s4sI", 16, b"ftyp", b"qt  ", 0) + struct.pack(">I4s", 116, b"moov") + header


def test_upload_goes_on_where_it_was_when_the_server_is_killed_and_comes_back(
    site: TemporarySite, rough_page: Page
) -> None:
    large = large_png()
    slow_down(rough_page, 4_000_000)
    choose(rough_page, ("large.png", "image/png", large))
    wait_until_sent(rough_page, percent=40)

    begun: list[str] = []
    rough_page.on("request", lambda request: begun.append(request.method) if "/uploads" in request.url else None)
    kill_and_start(site)
    expect(row(rough_page, "large.png")).to_contain_text(READY, timeout=30_000)

    assert (begun.count("POST"), begun.count("HEAD") >= 1) == (0, True)


def kill_and_start(site: TemporarySite) -> None:
    web = site.parts["web"]
    assert web.process is not None
    finish(web.process, patience=0)
    web.launch()
    wait_for("the site", lambda: answers(site.port, f"localhost:{site.port}"))


def test_lost_connection_is_tried_again_by_itself(rough_page: Page) -> None:
    rough_page.context.set_offline(True)
    choose(rough_page, ("a.jpg", "image/jpeg", jpeg(640, 480, seed=3)))
    expect(row(rough_page, "a.jpg")).to_contain_text(re.compile(r"The connection is lost. Trying again in \d+ s"))

    rough_page.context.set_offline(False)

    expect(row(rough_page, "a.jpg")).to_contain_text(READY, timeout=30_000)


def test_reload_keeps_what_was_sent_and_goes_on_with_what_was_not(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(large_png())
    choose(page, ("small.jpg", "image/jpeg", jpeg(640, 480, seed=4)))
    expect(row(page, "small.jpg")).to_contain_text(READY, timeout=30_000)
    row(page, "small.jpg").get_by_label("Alt text").fill("The small one")
    slow_down(page, 2_000_000)
    page.get_by_label("Choose your pictures").set_input_files(large)
    wait_until_sent(page, percent=30)

    page.reload()

    expect(row(page, "small.jpg")).to_contain_text(READY, timeout=30_000)
    expect(row(page, "small.jpg").get_by_label("Alt text")).to_have_value("The small one")
    expect(row(page, "large.png")).to_contain_text(re.compile(r"Stopped at [2-9]\d %. Choose the same file again"))
    page.get_by_label("Choose your pictures").set_input_files(large)
    expect(row(page, "large.png")).to_contain_text(READY, timeout=30_000)
    assert page.locator("[data-picked] > li").count() == 2


def test_removed_file_is_gone_from_page_and_server(page: Page) -> None:
    choose(page, ("a.jpg", "image/jpeg", jpeg(640, 480, seed=5)))
    expect(row(page, "a.jpg")).to_contain_text(READY, timeout=30_000)
    media = row(page, "a.jpg").locator("[name=media]").input_value()

    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        row(page, "a.jpg").get_by_role("button", name="Remove").click()

    expect(page.locator("[data-picked] > li")).to_have_count(0)
    assert (deleted.value.status, deleted.value.url.rsplit("/", 1)[1]) == (204, media)


def test_leaving_asks_only_while_something_is_being_sent(page: Page) -> None:
    asked: list[str] = []

    page.on("dialog", lambda dialog: asked.append(dialog.type))
    choose(page, ("a.jpg", "image/jpeg", jpeg(640, 480, seed=6)))
    expect(row(page, "a.jpg")).to_contain_text(READY, timeout=30_000)
    page.goto("/trash/")
    page.goto("/new/")
    slow_down(page, 1_000_000)
    choose(page, ("large.png", "image/png", large_png()))
    expect(row(page, "large.png")).to_contain_text("Sending")

    page.goto("/trash/")

    assert asked == ["beforeunload"]


def test_keyboard_alone_chooses_orders_describes_and_posts(page: Page) -> None:
    page.on("filechooser", lambda _chooser: None)  # Playwright begins to listen for it only some time after it is told
    page.get_by_label("Choose your pictures").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    files = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=jpeg(640, 480, seed=n)) for n in (7, 8)]
    chooser.value.set_files(files)
    expect(row(page, "8.jpg")).to_contain_text(READY, timeout=30_000)
    expect(row(page, "7.jpg")).to_contain_text(READY, timeout=30_000)

    tab_to(page, "Move earlier 8.jpg")
    page.keyboard.press("Enter")
    assert page.locator("[data-picked] .file-name").first.inner_text().startswith("8.jpg")
    tab_to(page, "Alt text (optional)")
    page.keyboard.type("Eight")
    tab_to(page, "Post")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/p/\w+/alt/"))
    assert page.locator("main textarea").first.input_value() == "Eight"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus has this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = " ".join(page.evaluate(NAME_OF_FOCUSED).split())
        if focused == name:
            return
    pytest.fail(f"Tab never reached {name}")


def test_without_script_a_refused_file_leaves_the_others_for_the_next_try(
    site: TemporarySite, chromium: Browser
) -> None:
    context = chromium.new_context(base_url=site.origin, java_script_enabled=False)
    page = context.new_page()
    sign_up(site, page, "plain")
    page.goto("/new/")
    choose(page, ("good.jpg", "image/jpeg", jpeg(640, 480, seed=9)), ("paper.pdf", "application/pdf", b"%PDF-1.7"))
    page.get_by_label("Title").fill("In two tries")

    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_text("paper.pdf: This is a PDF.")).to_be_visible()
    expect(page.get_by_label("good.jpg")).to_be_checked()
    page.get_by_label("Alt text").fill("The good one")
    post(page)

    expect(page.get_by_role("heading", name="In two tries")).to_be_visible()
    context.close()
