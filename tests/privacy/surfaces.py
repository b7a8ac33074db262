"""The registry: every address of the site, either as something that shows posts or with the reason why it shows none.

A new address that is not here fails `test_every_address_is_in_the_registry`. How to add one: docs/privacy.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from core.ids import to_code
from tests.privacy.world import World

JSON = "application/json"
FRAGMENT = {"HX-Request": "true"}

Ask = Callable[[World, int, int], Any]


@dataclass(frozen=True)
class Surface:
    """One way to ask `route` for a post and its media; `rule` is one of tests.privacy.expected.answer."""

    route: str
    rule: str
    ask: Ask


def _page(route: str, rule: str, **options: Any) -> Surface:
    """A page or fragment, asked with GET."""
    return Surface(route, rule, lambda world, post, media: world.page.get(_path(route, post, media), **options))


def _form(route: str, rule: str, **values: str) -> Surface:
    """A form, sent as a script sends it."""
    return Surface(
        route,
        rule,
        lambda world, post, media: world.page.post(
            _path(route, post, media), {name.format(media=media): value for name, value in values.items()}
        ),
    )


def _call(route: str, rule: str, method: str = "GET", body: dict[str, Any] | None = None) -> Surface:
    return Surface(
        route,
        rule,
        lambda world, post, media: getattr(world.api, method.lower())(_path(route, post, media), body, JSON),
    )


def _read(route: str, rule: str) -> Surface:
    return Surface(route, rule, lambda world, post, media: world.api.get(_path(route, post, media)))


def _path(route: str, post: int, media: int) -> str:
    names = {"<code:post_id>": to_code(post), "<id:post_id>": str(post), "<id:media_id>": str(media)}
    names |= {"<code:comment_id>": to_code(post), "<id:comment_id>": str(post)}  # as the world numbers comments
    for name, value in names.items():
        route = route.replace(name, value)
    return f"/{route}"


def _press(route: str, rule: str, on: str) -> Surface:
    return Surface(
        route,
        rule,
        lambda world, post, media: world.page.post(_path(route, post, media), {"on": on}, headers=FRAGMENT),
    )


# Asked of every post by everybody; they change nothing.
READING: dict[str, Surface] = {
    "page": _page("p/<code:post_id>/", "seen"),
    "menu": _page("p/<code:post_id>/menu/", "seen"),
    "menu as a fragment": _page("p/<code:post_id>/menu/", "seen", headers=FRAGMENT),
    "status": _page("p/<code:post_id>/status/", "seen, signed in"),
    "report": _page("p/<code:post_id>/report/", "seen, published, signed in"),
    "why": _page("p/<code:post_id>/why/", "seen, signed in"),
    "likers": _page("p/<code:post_id>/likes/", "seen, published"),
    "comments": _page("p/<code:post_id>/comments/", "seen"),
    "comments as a fragment": _page("p/<code:post_id>/comments/", "seen", headers=FRAGMENT),
    "comment": _page("p/<code:post_id>/comments/<code:comment_id>/", "seen"),
    "comment menu": _page("p/<code:post_id>/comments/<code:comment_id>/menu/", "seen"),
    "comment likers": _page("p/<code:post_id>/comments/<code:comment_id>/likes/", "seen"),
    "comment history": _page("p/<code:post_id>/comments/<code:comment_id>/history/", "seen"),
    "comment reply": _page("p/<code:post_id>/comments/<code:comment_id>/reply/", "seen, signed in"),
    "comment edit": _page("p/<code:post_id>/comments/<code:comment_id>/edit/", "own"),
    "comment delete": _page("p/<code:post_id>/comments/<code:comment_id>/delete/", "own"),
    "collections": _page("p/<code:post_id>/collections/", "seen, published, signed in"),
    "albums": _page("p/<code:post_id>/albums/", "own"),
    "original": _page("p/<code:post_id>/original/<id:media_id>/", "original"),
    "thumb": _page("p/<code:post_id>/thumb/<id:media_id>/", "own"),
    "receipt": _page("p/<code:post_id>/receipt/<id:media_id>/", "own, whatever its state"),
    "receipt file": _page("p/<code:post_id>/receipt/<id:media_id>.json", "own, whatever its state"),
    "develop": _page("p/<code:post_id>/develop/<id:media_id>/", "own"),
    "edit": _page("p/<code:post_id>/edit/", "own"),
    "alt": _page("p/<code:post_id>/alt/", "own"),
    "people": _page("p/<code:post_id>/people/", "own"),
    "delete": _page("p/<code:post_id>/delete/", "own"),
    "share": _page("p/<code:post_id>/share/", "seen"),
    "links": _page("p/<code:post_id>/links/", "own"),
    "api links": _read("rest/v1/posts/<id:post_id>/share-links", "own"),
    "api targets": _read("rest/v1/posts/<id:post_id>/share-targets", "seen"),
    "networks": _page("p/<code:post_id>/networks/", "own"),
    "api post": _read("rest/v1/posts/<id:post_id>", "seen"),
    "api likers": _read("rest/v1/posts/<id:post_id>/likes", "seen, published"),
    "api comments": _read("rest/v1/posts/<id:post_id>/comments", "seen"),
    "api comment": _read("rest/v1/comments/<id:comment_id>", "seen"),
    "api comment history": _read("rest/v1/comments/<id:comment_id>/history", "seen"),
    "api comment likers": _read("rest/v1/comments/<id:comment_id>/likes", "seen"),
    "api media": _read("rest/v1/media/<id:media_id>", "own, whatever its state"),
    "api original": _read("rest/v1/media/<id:media_id>/original", "original"),
    "api receipt": _read("rest/v1/media/<id:media_id>/receipt", "own, whatever its state"),
    "api cross-posts": _read("rest/v1/posts/<id:post_id>/cross-posts", "own"),
}

# Asked of every post by people whose it is not; nothing may change.
CHANGING: dict[str, Surface] = {
    "edit": _form("p/<code:post_id>/edit/", "own", title="x", audience="public"),
    "alt": _form("p/<code:post_id>/alt/", "own", **{"alt_{media}": "x"}),
    "people": _form("p/<code:post_id>/people/", "own", picture="{media}", username="author"),
    "albums": _form("p/<code:post_id>/albums/", "own", new_name="x"),
    "develop": _form("p/<code:post_id>/develop/<id:media_id>/", "own", reset="1"),
    "delete": _form("p/<code:post_id>/delete/", "own"),
    "networks": _form("p/<code:post_id>/networks/", "own", connection="1"),
    "api cross-post": _call("rest/v1/posts/<id:post_id>/cross-posts", "own", "POST", {"connections": ["1"]}),
    "archive": _form("p/<code:post_id>/archive/", "own"),
    "unarchive": _form("p/<code:post_id>/archive/", "own", on="0"),
    "restore": _form("p/<code:post_id>/restore/", "own"),
    "retry": _form("p/<code:post_id>/retry/", "own"),
    "comment edit": _form("p/<code:post_id>/comments/<code:comment_id>/edit/", "own", text="x"),
    "comment delete": _form("p/<code:post_id>/comments/<code:comment_id>/delete/", "own"),
    "comment pin": _form("p/<code:post_id>/comments/<code:comment_id>/pin/", "own"),
    "comment approve": _form("p/<code:post_id>/comments/<code:comment_id>/approve/", "own"),
    "comment refuse": _form("p/<code:post_id>/comments/<code:comment_id>/approve/", "own", on="0"),
    "api comment edit": _call("rest/v1/comments/<id:comment_id>", "own", "PATCH", {"text": "x"}),
    "api comment delete": _call("rest/v1/comments/<id:comment_id>", "own", "DELETE"),
    "api pin": _call("rest/v1/comments/<id:comment_id>/pin", "own", "PUT"),
    "api unpin": _call("rest/v1/comments/<id:comment_id>/pin", "own", "DELETE"),
    "api approve": _call("rest/v1/comments/<id:comment_id>/approval", "own", "PUT"),
    "api refuse": _call("rest/v1/comments/<id:comment_id>/approval", "own", "DELETE"),
    "api edit": _call("rest/v1/posts/<id:post_id>", "own", "PATCH", {"title": "x"}),
    "api delete": _call("rest/v1/posts/<id:post_id>", "own", "DELETE"),
    "api archive": _call("rest/v1/posts/<id:post_id>/archive", "own", "PUT"),
    "api unarchive": _call("rest/v1/posts/<id:post_id>/archive", "own", "DELETE"),
    "api restore": _call("rest/v1/posts/<id:post_id>/restore", "own", "POST"),
    "link": _form("p/<code:post_id>/links/", "own", ends="7"),
    "api link": _call("rest/v1/posts/<id:post_id>/share-links", "own", "POST", {}),
    "api describe": _call("rest/v1/media/<id:media_id>", "own", "PATCH", {"alt_text": "x"}),
    "api delete media": _call("rest/v1/media/<id:media_id>", "own", "DELETE"),
}

# Asked of every post by everybody; they like or save it.
LIKING: dict[str, Surface] = {
    "like": _press("p/<code:post_id>/like/", "seen, published, signed in", "1"),
    "api like": _call("rest/v1/posts/<id:post_id>/like", "seen, published, signed in", "PUT"),
    "comment like": _press("p/<code:post_id>/comments/<code:comment_id>/like/", "seen, published, signed in", "1"),
    "api comment like": _call("rest/v1/comments/<id:comment_id>/like", "seen, published, signed in", "PUT"),
    "save": _press("p/<code:post_id>/save/", "seen, published, signed in", "1"),
    "leave": _form("p/<code:post_id>/people/me/", "seen, published, signed in"),
    "collect": _form("p/<code:post_id>/collections/", "seen, published, signed in", chosen="1"),
    "api save": _call("rest/v1/posts/<id:post_id>/save", "seen, published, signed in", "PUT"),
}
UNLIKING: dict[str, Surface] = {
    "unlike": _press("p/<code:post_id>/like/", "seen, published, signed in", "0"),
    "api unlike": _call("rest/v1/posts/<id:post_id>/like", "seen, published, signed in", "DELETE"),
    "comment unlike": _press("p/<code:post_id>/comments/<code:comment_id>/like/", "seen, published, signed in", "0"),
    "api comment unlike": _call("rest/v1/comments/<id:comment_id>/like", "seen, published, signed in", "DELETE"),
    "unsave": _press("p/<code:post_id>/save/", "seen, published, signed in", "0"),
    "api unsave": _call("rest/v1/posts/<id:post_id>/save", "seen, published, signed in", "DELETE"),
}

# Asked of every post by everybody; they say something about it, each time in other words.
COMMENTING: dict[str, Surface] = {
    "api say": Surface(
        "rest/v1/posts/<id:post_id>/comments",
        "seen, published, signed in",
        lambda world, post, media: world.api.post(
            f"/rest/v1/posts/{post}/comments", {"text": f"About {post}"}, content_type=JSON
        ),
    ),
    "say": Surface(
        "p/<code:post_id>/comments/",
        "seen, published, signed in",
        lambda world, post, media: world.page.post(
            f"/p/{to_code(post)}/comments/", {"text": f"Of {post}"}, headers=FRAGMENT
        ),
    ),
    "reply": Surface(
        "p/<code:post_id>/comments/<code:comment_id>/reply/",
        "seen, published, signed in",
        lambda world, post, media: world.page.post(
            f"/p/{to_code(post)}/comments/{to_code(post)}/reply/", {"text": f"In reply to {post}"}, headers=FRAGMENT
        ),
    ),
}

# Asked of every post by people whose it is not; they report it.
REPORTING: dict[str, Surface] = {
    "report": _form("p/<code:post_id>/report/", "seen, published, signed in", category="spam"),
    "api report": _call(
        "rest/v1/posts/<id:post_id>/report", "seen, published, signed in", "POST", {"category": "spam"}
    ),
}

# One surface for each gate of photos.access, and the API: asked of every post there is; the others of some.
GATES = ("page", "comment", "likers", "original", "edit", "like", "save", "api post", "unlike")

# Pages and calls that list posts, by the name of the test that reads them (tests/privacy/test_lists.py).
LISTS: dict[str, str] = {
    "": "home",
    "new-posts/": "pill",
    "explore/": "explore",
    "@<username:username>/": "profile",
    "@<username:username>/feed.atom": "atom",
    "sitemap-<slug:kind>-<id:first_id>.xml": "sitemap",
    "activity/": "activity",
    "archive/": "own",
    "comments/waiting/": "waiting",
    "rest/v1/comments/waiting": "waiting",
    "trash/": "own",
    "saved/": "saved",
    "saved/<code:collection_id>/": "saved",
    "collections/": "saved",
    "search/": "search",
    "@<username:username>/albums/": "profile",
    "albums/<code:album_id>/": "profile",
    "albums/<code:album_id>/add/": "profile",
    "albums/<code:album_id>/arrange/": "profile",
    "albums/<code:album_id>/archive/": "profile",
    "albums/<code:album_id>/archive.zip": "profile",
    "rest/v1/albums": "profile",
    "rest/v1/albums/<id:album_id>": "profile",
    "rest/v1/albums/<id:album_id>/posts": "profile",
    "rest/v1/albums/<id:album_id>/posts/<id:post_id>": "profile",
    "rest/v1/albums/<id:album_id>/archive": "profile",
    "rest/v1/albums/<id:album_id>/archive.zip": "profile",
    "rest/v1/users/<username:username>/albums": "profile",
    "tags/<tag:name>/": "tag",
    "places/<place:slug>/": "place",
    "rest/v1/feed": "home",
    "rest/v1/notifications": "activity",
    "rest/v1/explore": "explore",
    "rest/v1/search": "search",
    "rest/v1/users/<username:username>/posts": "profile",
    "@<username:username>/tagged/": "tagged",
    "rest/v1/users/<username:username>/tagged": "tagged",
    "settings/tags/": "tagged",
    "rest/v1/me/tags": "tagged",
    "rest/v1/archive": "own",
    "rest/v1/trash": "own",
    "rest/v1/saved": "saved",
    "rest/v1/collections": "saved",
    "rest/v1/collections/<id:collection_id>": "saved",
    "rest/v1/collections/<id:collection_id>/posts/<id:post_id>": "saved",
    "rest/v1/tags/<tag:name>": "tag",
    "rest/v1/tags/<tag:name>/posts": "tag",
    "rest/v1/places/<place:slug>": "place",
    "rest/v1/places/<place:slug>/posts": "place",
    "media/<str:alias>/<path:key>": "addresses",
    "p/<code:post_id>/embed/": "previews",
    "p/<code:post_id>/preview.jpg": "previews",
    "oembed": "previews",
    "s/<linkcode:code>": "linked",
    "s/<linkcode:code>/": "linked",
    "s/<linkcode:code>/<code:post_id>/": "linked",
    "admin/feeds/feed/<path:object_id>/change/": "admin",
    "admin/photos/post/": "admin",
    "admin/photos/post/<path:object_id>/change/": "admin",
    "admin/photos/post/<path:object_id>/history/": "admin",
    "admin/photos/media/": "admin",
    "admin/photos/media/<path:object_id>/change/": "admin",
    "admin/photos/media/<path:object_id>/history/": "admin",
}

OWN_WORDS = "about the account of who asks; no post is in it"
DECIDED = "about a decision of staff, for whom it concerns; tests/moderation asks for it"
PERSON = "about a person, for whom tests/privacy/test_two_people.py asks; no post is in it"
ENTRY = "logging in and out; no post is in it"
MAKING = "takes what is sent and answers what was just made, to who sent it"
UPLOADING = "an upload of one's own, before it is in a post; tests/privacy/test_two_people.py asks for it"
ABOUT_SOMEBODY = "asked for by tests/privacy/test_two_people.py and tests/privacy/test_people_in_pictures.py"
CROSS_POST = "tries once more what failed of one's own post; tests/privacy/test_two_people.py asks for it"
CHANGES = "changes a relation and answers nothing of posts; tests/privacy/test_two_people.py asks for it"

DRAWN = "draws the address that was asked for, and looks nothing up"
LINKED_ALBUM = "how an album is shared, and no post of it; tests/privacy/test_two_people.py asks for it"

DOCS = "how programs call, the same for everybody; its examples are made up"

SITE_TEXTS = ("about", "rules", "privacy", "terms", "contact")

NO_POSTS: dict[str, str] = {
    "favicon.ico": "one picture of the house",
    **{f"{name}/": "words about the site, the same for everybody" for name in SITE_TEXTS},
    "transparency/": "numbers of reports and decisions, the same for everybody",
    "announcements/<int:announcement_id>/close/": "remembers in this browser what was closed",
    "docs/changelog/": "what is new in the house, the same for everybody",
    "docs/api/": DOCS,
    "docs/api/<slug:name>/": DOCS,
    "docs/<slug:name>/": DOCS,
    ".well-known/receipt-key": "the key with which receipts are checked",
    "search/offers/": "names that begin so, of people, tags and places; tests/feeds/web/test_search_page.py asks",
    "new/": MAKING,
    "collections/new/": MAKING,
    "albums/new/": MAKING,
    "albums/<code:album_id>/edit/": OWN_WORDS,
    "albums/<code:album_id>/delete/": OWN_WORDS,
    "saved/<code:collection_id>/edit/": OWN_WORDS,
    "saved/<code:collection_id>/delete/": OWN_WORDS,
    "tags/<tag:name>/follow/": CHANGES,
    "comments/waiting/all/": "lets out or refuses what waits for who asks, and answers nothing of it",
    "settings/storage/": OWN_WORDS,
    "settings/feed/": OWN_WORDS,
    "settings/avatar/": OWN_WORDS,
    "settings/avatar/status/": OWN_WORDS,
    "settings/header/": OWN_WORDS,
    "settings/header/status/": OWN_WORDS,
    "settings/profile/": OWN_WORDS,
    "settings/privacy/": OWN_WORDS,
    "settings/security/": OWN_WORDS,
    "settings/account/": OWN_WORDS,
    "settings/blocked/": OWN_WORDS,
    "settings/appearance/": OWN_WORDS,
    "settings/username/": OWN_WORDS,
    "settings/appearance/counts/": OWN_WORDS,
    "settings/data/": OWN_WORDS,
    "settings/data/export/": OWN_WORDS,
    "settings/data/export/<id:export_id>/cancel/": OWN_WORDS,
    "settings/notifications/devices/": OWN_WORDS,
    "settings/notifications/devices/<id:subscription_id>/": OWN_WORDS,
    "settings/notifications/devices/<id:subscription_id>/remove/": OWN_WORDS,
    "settings/notifications/devices/<id:subscription_id>/trial/": OWN_WORDS,
    "rest/v1/push-subscriptions": OWN_WORDS,
    "rest/v1/push-subscriptions/<id:subscription_id>": OWN_WORDS,
    "rest/v1/push-subscriptions/<id:subscription_id>/trial": OWN_WORDS,
    "p/<code:post_id>/qr.<qrkind:kind>": DRAWN,
    "share/mastodon/": "remembers in this browser which server was said",
    "settings/links/": OWN_WORDS,
    "settings/links/revoke-all/": OWN_WORDS,
    "settings/links/<code:link_id>/revoke/": OWN_WORDS,
    "settings/links/<code:link_id>/qr.<qrkind:kind>": OWN_WORDS,
    "rest/v1/share-links": OWN_WORDS,
    "rest/v1/share-links/<id:link_id>": OWN_WORDS,
    "albums/<code:album_id>/qr.<qrkind:kind>": DRAWN,
    "albums/<code:album_id>/share/": LINKED_ALBUM,
    "albums/<code:album_id>/links/": LINKED_ALBUM,
    "rest/v1/albums/<id:album_id>/share-links": LINKED_ALBUM,
    "settings/networks/": OWN_WORDS,
    "settings/networks/choose/": OWN_WORDS,
    "settings/networks/<slug:network>/connect/": OWN_WORDS,
    "settings/networks/<slug:network>/callback/": OWN_WORDS,
    "settings/networks/<code:connection_id>/change/": OWN_WORDS,
    "settings/networks/<code:connection_id>/disconnect/": OWN_WORDS,
    "rest/v1/connections": OWN_WORDS,
    "rest/v1/connections/<id:connection_id>": OWN_WORDS,
    "p/<code:post_id>/networks/<code:cross_post_id>/retry/": CROSS_POST,
    "rest/v1/posts/<id:post_id>/cross-posts/<id:cross_post_id>/retry": CROSS_POST,
    "sw.js": "a script, the same for everybody",
    "unsubscribe/<str:token>/": "whether a digest is wanted, for who has the mail",
    "settings/account/deactivate/": OWN_WORDS,
    "settings/account/delete/": OWN_WORDS,
    "rest/v1/exports": OWN_WORDS,
    "rest/v1/exports/<id:export_id>": OWN_WORDS,
    "settings/data/export/<id:export_id>.zip": "one's own posts and originals; tests/exports opens it",
    "rest/v1/exports/<id:export_id>/archive": "one's own posts and originals; tests/exports opens it",
    "deleted/<slug:code>/": "how much was deleted, for who has the code",
    "settings/muted/": OWN_WORDS,
    "settings/close-friends/": OWN_WORDS,
    "settings/restricted/": OWN_WORDS,
    "settings/data/people/": OWN_WORDS,
    "settings/data/people/blocks.csv": OWN_WORDS,
    "settings/data/people/follows.csv": OWN_WORDS,
    "settings/data/people/mutes.csv": OWN_WORDS,
    "settings/data/people/left-out.csv": OWN_WORDS,
    "settings/data/people/status/": OWN_WORDS,
    "settings/security/connections/": OWN_WORDS,
    "settings/security/connections/connect/": OWN_WORDS,
    "@<username:username>/close-friend/": CHANGES,
    "@<username:username>/dismiss/": CHANGES,
    "@<username:username>/mute/": CHANGES,
    "@<username:username>/restrict/": CHANGES,
    "activity/read/": OWN_WORDS,
    "activity/requests/": PERSON,
    "settings/notifications/": OWN_WORDS,
    "rest/v1/me/notifications": OWN_WORDS,
    "rest/v1/notifications/read": OWN_WORDS,
    "rest/v1/close-friends/<username:username>": CHANGES,
    "rest/v1/suggestions/<username:username>": CHANGES,
    "rest/v1/users/<username:username>/restrict": CHANGES,
    "@<username:username>/report/": CHANGES,
    "comments/<code:comment_id>/report/": CHANGES,
    "rest/v1/comments/<id:comment_id>/report": CHANGES,
    "rest/v1/users/<username:username>/report": CHANGES,
    "notices/<code:decision_id>/": DECIDED,
    "notices/<code:decision_id>/appeal/": DECIDED,
    "notices/open/<str:ticket>/": DECIDED,
    "settings/notices/": OWN_WORDS,
    "settings/reports/": OWN_WORDS,
    "mod/": "leads staff to the queue in the admin site",
    "activity/sent/": PERSON,
    "people/": PERSON,
    "rest/v1/close-friends": PERSON,
    "rest/v1/restrictions": PERSON,
    "rest/v1/suggestions": PERSON,
    "login/provider/": ENTRY,
    "login/provider/callback/": ENTRY,
    "login/provider/join/": ENTRY,
    "robots.txt": "the same for everybody",
    "sitemap.xml": "addresses of the sitemaps alone",
    "signup/": ENTRY,
    "signup/sent/": ENTRY,
    ".well-known/change-password": ENTRY,
    "2fa/": ENTRY,
    "2fa/confirm/": ENTRY,
    "2fa/confirm/passkey/": ENTRY,
    "^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ENTRY,
    "confirm/": ENTRY,
    "login/inactive/": ENTRY,
    "login/passkey/": ENTRY,
    "password/reset/": ENTRY,
    "password/reset/done/": ENTRY,
    "password/reset/sent/": ENTRY,
    "rest/v1/accounts/verification": ENTRY,
    "verify/": ENTRY,
    "settings/": OWN_WORDS,
    "settings/email/": OWN_WORDS,
    "settings/invitations/": OWN_WORDS,
    "settings/invitations/<code:invitation_id>/revoke/": OWN_WORDS,
    "settings/security/log/": OWN_WORDS,
    "settings/security/passkeys/": OWN_WORDS,
    "settings/security/passkeys/<int:pk>/remove/": OWN_WORDS,
    "settings/security/passkeys/<int:pk>/rename/": OWN_WORDS,
    "settings/security/passkeys/add/": OWN_WORDS,
    "settings/security/two-factor/": OWN_WORDS,
    "settings/security/two-factor/app/": OWN_WORDS,
    "settings/security/two-factor/app/remove/": OWN_WORDS,
    "settings/security/two-factor/codes.txt": OWN_WORDS,
    "settings/security/two-factor/codes/": OWN_WORDS,
    "settings/security/two-factor/codes/new/": OWN_WORDS,
    "settings/sessions/": OWN_WORDS,
    "settings/sessions/<code:device_id>/end/": OWN_WORDS,
    "settings/sessions/end-others/": OWN_WORDS,
    "settings/apps/": OWN_WORDS,
    "settings/apps/new/": OWN_WORDS,
    "settings/apps/<code:app_id>/delete/": OWN_WORDS,
    "settings/apps/allowed/<code:permission_id>/end/": OWN_WORDS,
    ".well-known/oauth-authorization-server": "the same for everybody",
    "oauth/authorize": ENTRY,
    "oauth/token": ENTRY,
    "oauth/revoke": ENTRY,
    "rest/v1/apps": ENTRY,
    "settings/tokens/": OWN_WORDS,
    "settings/tokens/<code:token_id>/revoke/": OWN_WORDS,
    "settings/tokens/new/": OWN_WORDS,
    "settings/tokens/revoke-all/": OWN_WORDS,
    "login/": ENTRY,
    "login/reopen/": ENTRY,
    "logout/": ENTRY,
    "theme/": "a cookie of the browser",
    "activity/requests/<username:username>/": CHANGES,
    "@<username:username>/followers/": PERSON,
    "@<username:username>/following/": PERSON,
    "@<username:username>/follow/": CHANGES,
    "@<username:username>/remove-follower/": CHANGES,
    "@<username:username>/block/": CHANGES,
    "@<username:username>/menu/": PERSON,
    "rest/v1/accounts": ENTRY,
    "rest/v1/users/<username:username>": PERSON,
    "rest/v1/users/<username:username>/followers": PERSON,
    "rest/v1/users/<username:username>/following": PERSON,
    "rest/v1/users/<username:username>/follow": CHANGES,
    "rest/v1/users/<username:username>/block": CHANGES,
    "rest/v1/users/<username:username>/mute": CHANGES,
    "rest/v1/followers/<username:username>": CHANGES,
    "rest/v1/follow-requests": PERSON,
    "rest/v1/follow-requests/<username:username>": CHANGES,
    "rest/v1/blocks": PERSON,
    "rest/v1/mutes": PERSON,
    "rest/v1/instance": "what this site can do",
    "rest/v1/schema": "the same for everybody",
    "rest/v1/me": OWN_WORDS,
    "rest/v1/me/avatar": OWN_WORDS,
    "rest/v1/me/header": OWN_WORDS,
    "rest/v1/media": MAKING,
    "rest/v1/posts": MAKING,
    "rest/v1/tags/<tag:name>/follow": CHANGES,
    "rest/v1/posts/<id:post_id>/people/<username:username>": ABOUT_SOMEBODY,
    "rest/v1/posts/<id:post_id>/people/<username:username>/approval": ABOUT_SOMEBODY,
    "rest/v1/uploads": UPLOADING,
    "rest/v1/uploads/direct": UPLOADING,
    "rest/v1/uploads/direct/<id:upload_id>/finish": UPLOADING,
    "rest/v1/uploads/<id:upload_id>": UPLOADING,
}

# The rest of the admin site: lists of rows that hold no pictures and no words of posts.
ADMIN_WITHOUT_POSTS = (
    "admin/account/",
    "admin/admin/",
    "admin/mfa/",
    "admin/socialaccount/",
    "admin/usersessions/",
    "admin/accounts/",
    "admin/auth/",
    "admin/feeds/",
    "admin/moderation/",  # but the page of a case: tests/moderation/test_admin.py
    "admin/photos/blockedimage/",
    "admin/photos/like/",
    "admin/photos/maintenancerun/",
    "admin/photos/originalcopy/",
    "admin/photos/storagealarm/",
    "admin/photos/tag/",
)
# Of every model: nobody can add or delete posts and media there, and the rest redirects.
ADMIN_ENDS = ("/add/", "/delete/", "<path:object_id>/")
ADMIN_HOUSE = ("", "login/", "logout/", "password_change/", "password_change/done/", "autocomplete/", "jsi18n/")


def of_posts() -> set[str]:
    """The routes that show posts."""
    groups = (READING, CHANGING, LIKING, UNLIKING, COMMENTING, REPORTING)
    single = {each.route for group in groups for each in group.values()}
    return single | set(LISTS)


def all_routes() -> set[str]:
    """Every route that the site answers; an address for programs with a slash at its end is the same as without."""
    return {_plain(route) for route in _routes(get_resolver().url_patterns)}


def is_house_of_admin(route: str) -> bool:
    """Whether a route of the admin site is known to show nothing of posts."""
    name = route.removeprefix("admin/")
    return route.startswith("admin/") and (
        name in ADMIN_HOUSE
        or route.startswith(ADMIN_WITHOUT_POSTS)
        or route.endswith(ADMIN_ENDS)
        or name.startswith(("^", "(?P", "r/"))
    )


def _plain(route: str) -> str:
    return route.rstrip("/") if route.startswith(("rest/", "oauth/", ".well-known/oauth-")) else route


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
