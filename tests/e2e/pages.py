"""Somebody with a life on the site: posts, a follower, a request that waits; and the pages they look at."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.e2e.people import PASSWORD

PAGES_OF_SETTINGS = ("profile", "avatar", "privacy", "feed", "security", "blocked", "appearance", "storage", "account")


@dataclass(frozen=True)
class Visitor:
    """A person and the addresses of pages that have something on them."""

    username: str
    open_pages: list[str]
    own_pages: list[str]

    def log_in(self, page: Page) -> None:
        page.goto("/login/")
        page.get_by_label("Username or e-mail").fill(self.username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url("/")


def visitor_pages(username: str, friend: str, own: dict[str, Any], friends: str, film: str) -> Visitor:
    """`own` is a post of the visitor; `friends` and `film` are the codes of two posts of the friend."""
    media = own["media"][0]["id"]
    open_pages = [
        "/",
        "/login/",
        "/signup/",
        "/explore/",
        "/explore/?range=all",
        "/tags/kiln/",
        f"/@{friend}/",
        f"/@{friend}/?view=contact",
        f"/p/{friends}/",
        f"/p/{film}/",
    ]
    own_pages = [
        "/",
        "/?ranking=latest",
        f"/@{friend}/",
        f"/@{username}/?view=contact",
        f"/@{username}/followers/",
        f"/p/{friends}/",
        f"/p/{friends}/likes/",
        f"/p/{friends}/why/",
        f"/p/{own['code']}/why/",
        "/explore/?range=week",
        "/tags/kiln/",
        *(f"/p/{own['code']}/{page}" for page in ("", "edit/", "alt/", "menu/", "delete/")),
        *(f"/p/{own['code']}/{page}/{media}/" for page in ("receipt", "develop")),
        "/new/",
        "/trash/",
        "/activity/",
        *(f"/settings/{page}/" for page in PAGES_OF_SETTINGS),
        *(f"/settings/{page}/" for page in ("storage", "account")),
        f"/@{friend}/block/",
        "/logout/",
    ]
    return Visitor(username, open_pages, own_pages)
