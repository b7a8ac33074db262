"""The addresses of every page, for somebody with a life on the site: posts, a follower, a request that waits."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page

from tests.e2e.people import PASSWORD

PAGES_OF_SETTINGS = (
    "",
    "profile/",
    "avatar/",
    "header/",
    "username/",
    "appearance/",
    "feed/",
    "tags/",
    "privacy/",
    "close-friends/",
    "close-friends/?q=nobody",
    "muted/",
    "restricted/",
    "blocked/",
    "security/",
    "security/log/",
    "security/two-factor/",
    "security/two-factor/app/",
    "security/passkeys/",
    "security/passkeys/add/",
    "email/",
    "notices/",
    "reports/",
    "sessions/",
    "tokens/",
    "tokens/new/",
    "links/",
    "apps/",
    "apps/new/",
    "invitations/",
    "notifications/",
    "storage/",
    "data/",
    "data/people/",
    "notifications/devices/",
    "networks/",
    "networks/mastodon/connect/",
    "networks/bluesky/connect/",
    "account/",
    "account/deactivate/",
    "account/delete/",
)

# Of somebody with second factors and nothing else: what an empty list says.
GUARDED_PAGES = (
    "/",
    "/people/",
    "/saved/",
    "/collections/",
    "/archive/",
    "/trash/",
    "/activity/",
    "/activity/requests/",
    "/activity/sent/",
    "/2fa/confirm/",
    "/2fa/confirm/passkey/",
    *(f"/settings/security/two-factor/{page}" for page in ("", "app/remove/", "codes/", "codes/new/")),
    *(f"/settings/{page}/" for page in ("security/passkeys", "muted", "close-friends", "tokens", "data")),
)

# What answers GET and is no page to look at, by the reason why.
NO_PAGES: dict[str, tuple[str, ...]] = {
    "a file, or data for programs": (
        "media/<str:alias>/<path:key>",
        "favicon.ico",
        "sw.js",
        "robots.txt",
        "sitemap.xml",
        "sitemap-<slug:kind>-<id:first_id>.xml",
        "@<username:username>/feed.atom",
        ".well-known/receipt-key",
        ".well-known/oauth-authorization-server",
        "p/<code:post_id>/original/<id:media_id>/",
        "p/<code:post_id>/receipt/<id:media_id>.json",
        "p/<code:post_id>/thumb/<id:media_id>/",
        "settings/data/export/<id:export_id>.zip",
        "albums/<code:album_id>/archive.zip",
        "settings/data/people/left-out.csv",
        "settings/data/people/follows.csv",
        "settings/data/people/blocks.csv",
        "settings/data/people/mutes.csv",
        "settings/security/two-factor/codes.txt",
        "p/<code:post_id>/preview.jpg",
        "p/<code:post_id>/qr.<qrkind:kind>",
        "albums/<code:album_id>/qr.<qrkind:kind>",
        "settings/links/<code:link_id>/qr.<qrkind:kind>",
        "oembed",
        "login/passkey/",
    ),
    "a piece of a page that is walked": (
        "new-posts/",
        "search/offers/",
        "p/<code:post_id>/status/",
        "settings/avatar/status/",
        "settings/header/status/",
        "settings/data/people/status/",
    ),
    "leads to another page": (
        "login/inactive/",
        "settings/data/export/",
        "settings/networks/choose/",
        "settings/networks/<slug:network>/callback/",
        ".well-known/change-password",
        "mod/",
    ),
    "only with an OpenID Connect provider, which the walked site has none of": (
        "login/provider/callback/",
        "login/provider/join/",
        "settings/security/connections/",
    ),
}


@dataclass(frozen=True)
class Arranged:
    """What tests.e2e.arranged has made. `guarded` has an authenticator app, `codes` of recovery, and nothing else.

    `asks` is where an app asks the visitor to let it in; `notice` what staff decided about the visitor, and the address
    of another in a mail; `report` where a comment is reported; `told` what a device tells, and where a mail is stopped;
    `given` the menu and links of an album of theirs, and then what share links show: a post, the album, one post of it,
    and what asks for a password.
    """

    guarded: str
    codes: list[str]
    closed: str
    receipts: list[str]
    reset: str
    asks: str
    notice: list[str]
    report: str
    told: list[str]
    given: list[str]

    @property
    def open_pages(self) -> list[str]:
        """Addresses that only who was sent them knows."""
        return [
            *(f"/deleted/{code}/" for code in self.receipts),
            self.reset,
            self.notice[1],
            self.told[1],
            *self.given[2:],
        ]

    @property
    def own_pages(self) -> list[str]:
        """Those of the visitor."""
        return [self.asks, self.notice[0], self.report, self.told[0], *self.given[:2]]


@dataclass(frozen=True)
class Visitor:
    """A person and the addresses of pages that have something on them."""

    username: str
    open_pages: list[str]
    own_pages: list[str]

    def log_in(self, page: Page) -> None:
        give_password(page, self.username)
        page.wait_for_url("/")


def visitor_pages(username: str, friend: str, own: dict[str, Any], friends: str, film: str) -> Visitor:
    """`own` is a post of the visitor, with the code of their comment beneath it; `friends` and `film` are the codes of
    two posts of the friend.
    """
    media, comment = own["media"][0]["id"], f"/p/{own['code']}/comments/{own['comment']}/"
    open_pages = [
        "/",
        "/login/",
        "/signup/",
        "/signup/sent/",
        "/password/reset/",
        "/password/reset/sent/",
        "/password/reset/done/",
        "/password/reset/1-a-wrong-key/",
        "/explore/",
        "/explore/?range=all",
        "/tags/kiln/",
        "/places/porto/",
        "/search/",
        "/search/?q=drawings",
        "/search/?q=nothing+of+the+sort",
        "/search/?q=kiln&type=tags",
        f"/@{friend}/",
        f"/@{friend}/?view=contact",
        f"/@{friend}/tagged/",
        f"/@{friend}/albums/",
        f"/p/{friends}/",
        f"/p/{friends}/share/",
        f"/p/{friends}/embed/",
        f"/p/{film}/",
        *(f"/{name}/" for name in ("about", "rules", "privacy", "terms", "contact", "transparency")),
        "/docs/changelog/",
        "/docs/uploads/",
        *(f"/docs/api/{page}" for page in ("", "posts/", "uploads/", "objects/", "errors/")),
    ]
    own_pages = [
        "/",
        "/?ranking=latest",
        f"/@{friend}/",
        f"/@{username}/?view=contact",
        f"/@{username}/tagged/",
        f"/@{username}/albums/",
        "/albums/new/",
        f"/@{username}/followers/",
        f"/@{username}/following/",
        f"/@{username}/following/?q=nobody",
        f"/p/{friends}/",
        f"/p/{friends}/likes/",
        f"/p/{friends}/collections/",
        f"/p/{friends}/why/",
        f"/p/{friends}/report/",
        f"/p/{own['code']}/why/",
        "/explore/?range=week",
        "/people/",
        "/tags/kiln/",
        "/search/",
        f"/search/?q={friend}&type=people",
        *(
            f"/p/{own['code']}/{page}"
            for page in ("", "edit/", "alt/", "people/", "albums/", "menu/", "delete/", "links/", "networks/")
        ),
        *(f"/p/{own['code']}/{page}/{media}/" for page in ("receipt", "develop")),
        f"/p/{own['code']}/comments/",
        *(f"{comment}{page}" for page in ("", "menu/", "likes/", "history/", "reply/", "edit/", "delete/")),
        "/comments/waiting/",
        "/new/",
        "/saved/",
        "/collections/",
        "/collections/new/",
        "/archive/",
        "/trash/",
        "/activity/",
        "/activity/?filter=uploads",
        "/activity/requests/",
        "/activity/sent/",
        *(f"/settings/{page}" for page in PAGES_OF_SETTINGS),
        *(f"/@{friend}/{page}/" for page in ("menu", "block", "mute", "restrict", "report")),
        "/confirm/?next=/settings/email/",
        "/logout/",
    ]
    return Visitor(username, open_pages, own_pages)


def give_password(page: Page, username: str, password: str = PASSWORD, *, on_the_way_to: str = "/login/") -> None:
    page.goto(on_the_way_to)
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Log in", exact=True).click()


def route_of(address: str) -> str:
    """The pattern of the URLconf behind an address or a path of the site."""
    return resolve(urlsplit(address).path).route
