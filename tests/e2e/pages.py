"""Somebody with a life on the site: posts, a follower, a request that waits; and the pages they look at."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e.people import PASSWORD


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
        page.locator("main").get_by_role("button", name="Log in").click()
        page.wait_for_url("/")


def visitor_pages(username: str, friend: str, own: str, friends: str) -> Visitor:
    """`own` and `friends` are the codes of a post of each."""
    open_pages = ["/", "/login/", "/signup/", f"/@{friend}/", f"/@{friend}/?view=contact", f"/p/{friends}/"]
    own_pages = [
        "/",
        "/?ranking=latest",
        f"/@{friend}/",
        f"/@{username}/?view=contact",
        f"/@{username}/followers/",
        f"/p/{friends}/",
        f"/p/{friends}/likes/",
        *(f"/p/{own}/{page}" for page in ("", "edit/", "alt/", "menu/", "delete/")),
        "/new/",
        "/trash/",
        "/activity/",
        *(f"/settings/{page}/" for page in ("profile", "avatar", "privacy", "security", "blocked", "appearance")),
        f"/@{friend}/block/",
        "/logout/",
    ]
    return Visitor(username, open_pages, own_pages)
