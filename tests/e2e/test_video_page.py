"""Films and moving pictures in Chromium: nothing plays by itself, and all of it plays when somebody asks."""

import io
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from engines.supervisor import Part
from engines.temporary import TemporarySite
from photos.imaging.formats import MOV, MP4
from tests.e2e.people import publish, sign_up
from tests.e2e.photographs import REAL
from tests.e2e.rest import Rest
from tests.e2e.walking import sign_up as sign_up_in_browser
from tests.e2e.watching import watched_page
from tests.images import draw
from tests.videos import clip, turned

pytestmark = pytest.mark.browser

PLAYS = "video => !video.paused && video.currentTime > 0.2"
FETCH = "async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())]"
STATE = "video => [video.paused, video.networkState === HTMLMediaElement.NETWORK_LOADING, video.currentTime]"


def film(name: str) -> bytes:
    """A clip of a few seconds: the real one where it is at hand, otherwise a drawn one of the same kind and shape."""
    if (REAL / name).is_file():
        return (REAL / name).read_bytes()
    if name.endswith(".mov"):
        return turned(clip(MOV, size="640x360", seconds=2), 90)
    return clip(MP4, size="640x360", seconds=3)


def animation() -> bytes:
    frames = [draw(400, 300, seed=seed) for seed in range(4)]
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return data.getvalue()


def film_post(author: Rest, *names: str, **words: Any) -> dict[str, Any]:
    answers = [author.upload(name, "video/mp4", film(name), alt_text=f"What {name} shows") for name in names]
    assert [answer.status for answer in answers] == [201] * len(names)
    return publish(author, [answer.json["id"] for answer in answers], **words)


def play_by_keyboard(page: Page, video: Locator) -> list[int]:
    """Focus and Space, as on any player; once it runs, the size of its picture."""
    video.focus()
    page.keyboard.press("Space")
    handle = video.element_handle()
    page.wait_for_function(PLAYS, arg=handle)
    size: list[int] = video.evaluate("video => [video.videoWidth, video.videoHeight]")
    return size


@contextmanager
def resting(worker: Part) -> Iterator[Callable[[], None]]:
    """The worker takes no work until the function given is called, or the block is left."""
    process = worker.process
    assert process is not None
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        yield lambda: os.killpg(process.pid, signal.SIGCONT)
    finally:
        os.killpg(process.pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("name", "size"), [("video_h264.mp4", [640, 360]), ("video_rotated.mov", [360, 640])], ids=["level", "turned"]
)
def test_film_shows_its_poster_and_plays_upright_when_asked(
    site: TemporarySite, chromium: Browser, name: str, size: list[int]
) -> None:
    _, author = sign_up(site, "films")
    post = film_post(author, name)

    with watched_page(chromium, site.origin) as page:
        page.goto(f"/p/{post['code']}/")
        video = page.locator("main video")
        before = video.evaluate(STATE)
        attributes = [video.get_attribute(each) for each in ("width", "height", "preload", "aria-label", "autoplay")]
        played = play_by_keyboard(page, video)
        poster = page.evaluate("async (url) => (await fetch(url)).status", video.get_attribute("poster"))

    assert (before, played, poster) == ([True, False, 0], size, 200)
    assert attributes == [str(size[0]), str(size[1]), "none", f"What {name} shows", None]


def test_second_film_of_a_page_stops_the_first(site: TemporarySite, chromium: Browser) -> None:
    username, author = sign_up(site, "films")
    film_post(author, "video_h264.mp4")
    film_post(author, "video_rotated.mov")

    with watched_page(chromium, site.origin, viewport={"width": 1280, "height": 2400}) as page:
        sign_up_in_browser(site, page, "reader")
        page.goto(f"/@{username}/")
        tiles = page.locator(".grid .tile").all()
        labels = [re.sub(r"\s+", " ", tile.locator(".glyphs").inner_text()).strip() for tile in tiles]
        page.locator("main .profile").get_by_role("button", name=f"Follow {username}").click()
        expect(page.locator("main .profile").get_by_role("button", name=f"Following {username}")).to_be_visible()
        page.goto("/?ranking=latest")
        first, second = page.locator("article video").nth(0), page.locator("article video").nth(1)
        play_by_keyboard(page, first)
        play_by_keyboard(page, second)

        paused = [video.evaluate("video => video.paused") for video in (first, second)]

    assert (paused, labels) == ([True, False], ["Video 0:02", "Video 0:03"])


def test_film_goes_from_the_upload_page_to_a_post_that_tells_how_far_it_is(
    site: TemporarySite, chromium: Browser
) -> None:
    with watched_page(chromium, site.origin) as page, resting(site.parts["video"]) as wake:
        sign_up_in_browser(site, page, "films")
        page.goto("/new/")
        name = "video_h264.mp4"
        page.get_by_label("Choose your pictures").set_input_files(
            {"name": name, "mimeType": "video/mp4", "buffer": film(name)}
        )
        expect(page.locator("[data-picked] .thumb canvas")).to_be_visible()
        expect(page.locator("[data-picked] > li")).to_contain_text("Kept, ready to post")
        page.get_by_label("Alt text").fill("A short film")
        page.get_by_role("button", name="Post", exact=True).click()
        expect(page.get_by_text("Video 1: waits for its turn")).to_be_visible()
        wake()
        expect(page.locator("main .look video")).to_be_visible(timeout=60_000)

        assert play_by_keyboard(page, page.locator("main .look video")) == [640, 360]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_moving_picture_stands_still_until_somebody_plays_it(
    site: TemporarySite, chromium: Browser, script: bool
) -> None:
    _, author = sign_up(site, "moves")
    sent = author.upload("turning.gif", "image/gif", animation(), alt_text="Turning")
    post = publish(author, [sent.json["id"]])

    with watched_page(chromium, site.origin, java_script_enabled=script) as page:
        page.goto(f"/p/{post['code']}/")
        still = page.locator("main .look img[data-picture]")
        expect(still).to_have_attribute("alt", "Turning")
        assert page.locator("img.running").count() == 0
        if not script:
            answer = page.request.get(page.get_by_role("link", name="Play").get_attribute("href") or "")
            assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
            return
        page.get_by_role("link", name="Play").press("Enter")
        running = page.locator("main .look img.running")
        expect(running).to_be_visible()
        moving = page.evaluate(FETCH, running.get_attribute("src"))
        page.get_by_role("button", name="Stop").press("Enter")
        expect(running).to_have_count(0)

    with Image.open(io.BytesIO(bytes(moving))) as picture:
        assert (picture.format, picture.n_frames) == ("WEBP", 4)  # type: ignore[attr-defined]
