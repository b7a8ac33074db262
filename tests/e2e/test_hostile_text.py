"""A site full of words that were typed to do harm: every page shows them, and none does what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from engines.temporary import TemporarySite
from tests.e2e.pages import Visitor, visitor_pages
from tests.e2e.people import converse, publish, sign_up
from tests.e2e.rest import Rest
from tests.e2e.watching import watched_page
from tests.hostile import ATTACKS, EVERYTHING, UNSEEN
from tests.images import jpeg

pytestmark = pytest.mark.browser

DESCRIPTION, ARTIST, MAKE, MODEL, LENS = 0x010E, 0x013B, 0x010F, 0x0110, 0xA434
# What no page of ours has, and what was typed would be if it were markup.
PLANTED = "base, meta[http-equiv=refresh], iframe, math, marquee, [srcdoc], [onclick], [onerror], [onload], [onfocus], "
PLANTED += (
    "img[src=x], form[action*='evil'], [hx-get*='evil'], [href^='javascript:'], [href^='data:'], [name=csrfToken]"
)
TITLES = [text for text in ATTACKS.values() if len(text) <= 120]
MAKE_STAFF = (
    "from accounts.models import User; User.objects.filter(username={!r}).update(is_staff=True, is_superuser=True)"
)


@dataclass(frozen=True)
class World:
    """What was typed, and where it is looked at."""

    titles: dict[str, str]  # by the address of the post
    visitor: Visitor
    staff: Visitor
    refused: list[str]


def photograph(seed: int, text: str) -> bytes:
    """A JPEG whose camera has a strange name."""
    ascii_text = text.encode("ascii", "replace").decode()
    exif = Image.Exif()
    exif.update({DESCRIPTION: ascii_text, ARTIST: ascii_text, MAKE: ascii_text, MODEL: ascii_text})
    exif.get_ifd(0x8769)[LENS] = ascii_text
    file = BytesIO()
    Image.open(BytesIO(jpeg(640, 480, seed=seed))).save(file, "JPEG", exif=exif)
    return file.getvalue()


def hostile_post(author: Rest, seed: int, title: str, caption: str) -> dict[str, Any]:
    """A post every word of which is an attack; `title` is also its alt text, its place and what stands on its cover."""
    picture = photograph(seed, title)
    media = author.upload("<img src=x onerror=alert(1)>.jpg", "image/jpeg", picture, alt_text="A picture")
    author.call("PATCH", f"media/{media.json['id']}", {"alt_text": title})
    place = {"name": title[:60], "latitude": 54.7, "longitude": 25.3}
    words: dict[str, Any] = {"title": title, "caption": caption[:2200], "location": place, "tags": ["kiln"]}
    covered = {"sensitive": True, "spoiler": title[:100]} if seed % 5 == 0 else {}
    return publish(author, [media.json["id"]], **words, **covered, downloads=True)


def strange_profile(app: Rest, number: int) -> None:
    fields = {
        "display_name": TITLES[number][:64],
        "bio": " ".join([*UNSEEN.values(), EVERYTHING])[:500],
        "pronouns": "<svg/onload=alert(1)>",
        "location": '"><script>alert(1)</script>',
        "website": 'https://example.org/"onclick=alert(1)',
        "show_camera": True,
    }
    for name, value in fields.items():
        answer = app.call("PATCH", "me", {name: value})
        assert answer.status in (200, 422), (name, answer.body)


@pytest.fixture(scope="module")
def world(site: TemporarySite) -> World:
    friend, friends_app = sign_up(site, "friend")
    username, app = sign_up(site, "visitor")
    strange_profile(friends_app, 2)
    strange_profile(app, 6)
    captions = [*ATTACKS.values(), *UNSEEN.values(), " ".join(ATTACKS.values())]
    posts = [
        hostile_post(friends_app, seed, title, f"{title}\n{captions[seed % len(captions)]}")
        for seed, title in enumerate(TITLES)
    ]
    own = hostile_post(app, 99, EVERYTHING[:120], EVERYTHING)
    app.call("DELETE", f"posts/{hostile_post(app, 98, TITLES[2], EVERYTHING)['id']}")
    app.call("PUT", f"users/{friend}/follow")
    friends_app.call("PUT", f"users/{username}/follow")
    app.call("PUT", f"posts/{posts[0]['id']}/like")
    friends_app.call("PUT", f"posts/{own['id']}/like")
    site.manage("shell", "--no-imports", "-c", MAKE_STAFF.format(friend))
    own["comment"] = converse(own, app, friends_app, [captions[0], EVERYTHING, captions[1]])
    converse(posts[0], friends_app, app, captions[2:5])
    visitor = visitor_pages(username, friend, own, posts[0]["code"], posts[1]["code"])
    visitor.open_pages.remove("/places/porto/")  # here all places have hostile names
    tried = [quote(text, safe="") for text in [*ATTACKS.values(), *UNSEEN.values()] if len(text) < 200]
    refused = [f"/{text}/" for text in tried] + [f"/tags/{text}/" for text in tried]
    refused += [f"/explore/?cursor={text}&range={text}" for text in tried[:6]] + [f"/login/?next={tried[0]}"]
    return World(
        {f"/p/{post['code']}/": post["title"] for post in posts}, visitor, Visitor(friend, [], ["/admin/"]), refused
    )


def test_page_of_every_post_shows_what_was_typed_and_runs_none_of_it(
    site: TemporarySite, chromium: Browser, world: World
) -> None:
    with watched_page(chromium, site.origin) as page:
        shown = {path: heading_of(page, path) for path in world.titles}

    assert shown == {path: " ".join(title.split()) for path, title in world.titles.items()}


def heading_of(page: Page, path: str) -> str:
    page.goto(path)
    heading = page.locator("main h1").first.text_content() or ""
    return " ".join(heading.split())


def test_no_page_of_a_person_does_what_was_typed(site: TemporarySite, chromium: Browser, world: World) -> None:
    visited = [*world.visitor.open_pages, *world.visitor.own_pages]
    with watched_page(chromium, site.origin) as page:
        seen = [(path, *look_around(page, path)) for path in world.visitor.open_pages]
        world.visitor.log_in(page)
        seen += [(path, *look_around(page, path)) for path in world.visitor.own_pages]

    assert seen == [(path, 200, 0) for path in visited]


def look_around(page: Page, path: str) -> tuple[int, int]:
    """Load the page and touch what can be touched without sending: its status, and how often PLANTED is there."""
    answer = page.goto(path)
    page.keyboard.press("Tab")
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 2000)
    return answer.status if answer else 0, page.locator(PLANTED).count()


def test_no_page_that_says_no_does_what_was_asked(site: TemporarySite, chromium: Browser, world: World) -> None:
    with watched_page(chromium, site.origin, refusals=True) as page:
        seen = {path: look_around(page, path) for path in world.refused}

    others = {path: found for path, found in seen.items() if found not in ((400, 0), (404, 0))}
    assert others == {path: (200, 0) for path in world.refused if path.startswith("/login/")}


def test_admin_site_works_under_the_policy_and_runs_nothing(
    site: TemporarySite, chromium: Browser, world: World
) -> None:
    with watched_page(chromium, site.origin) as page:
        world.staff.log_in(page)
        seen = [path for path in admin_pages(page) if look_at_admin(page, path)]

    assert len(seen) >= 15


def admin_pages(page: Page) -> Iterator[str]:
    """The first page, every list, and of each its first thing: change, history and delete."""
    page.goto("/admin/")
    yield "/admin/"
    links = "links => [...new Set(links.map(link => new URL(link.href).pathname))]"
    for path in page.locator(".board-lists a").evaluate_all(links):
        yield path
        page.goto(path)
        first: list[str] = page.locator("#result_list th a").evaluate_all(links)[:1]
        for thing in first if "/change/" not in path else []:
            yield from (thing, thing.replace("/change/", "/history/"), thing.replace("/change/", "/delete/"))


def look_at_admin(page: Page, path: str) -> bool:
    """Whether the page is there for this operator; some things cannot be deleted, and their page says so."""
    answer = page.request.get(path)
    if answer.status != 200:
        assert answer.status in (302, 403, 404), (path, answer.status)
        return False
    page.goto(path)
    page.wait_for_load_state("load")
    return page.locator("#content").count() == 1
