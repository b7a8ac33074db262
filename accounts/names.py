"""Which usernames can be had."""

import re
import unicodedata

from core.exceptions import InvalidInput

_SHAPE = re.compile(r"(?!\.)(?!.*\.\.)(?!.*\.$)[a-z0-9._]{2,30}")
# fmt: off
RESERVED = frozenset({
    "2fa", "about", "account", "accounts", "activity", "admin", "administrator", "all", "anonymous", "api", "app",
    "albums", "announcements", "collections", "comments", "embed", "networks", "notices", "transparency",
    "apps", "archive", "atom", "auth", "blog", "confirm", "contact", "deleted", "docs", "edit", "everyone",
    "explore", "feed", "feeds", "followers", "following", "healthz", "help", "home", "instagram", "login", "logout",
    "manifest", "me", "media", "mod", "moderator", "new", "none", "null", "oauth", "oembed", "official", "offline",
    "oidc", "p", "password", "people", "place", "places", "post", "posts", "privacy", "profile", "readyz", "rest",
    "robots", "root", "rules", "saved", "search", "security", "settings", "share", "signup", "site", "sitemap", "staff",
    "static", "status", "styleguide", "support", "system", "tag", "tags", "team", "terms", "theme", "trash",
    "undefined", "unsubscribe", "user", "users", "verify", "www",
})
# fmt: on


_ALIKE = str.maketrans("01.", "ol_")


def look_of(name: str) -> str:
    """What `name` and every name that can be taken for it have in common: NFKC, case folded, similar signs as one."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)
    return folded.replace("rn", "m").replace("vv", "w")


RESERVED_LOOKS = frozenset(look_of(name) for name in RESERVED)


def clean_username(typed: str) -> str:
    """The lower-case form of `typed`. InvalidInput on field username when nobody may have that name."""
    name = unicodedata.normalize("NFKC", typed).strip().casefold()
    if not _SHAPE.fullmatch(name):
        message = "Use 2 to 30 letters a-z, digits, dots and underscores; no dot at the ends or twice in a row."
        raise InvalidInput.field("username", message, code="username_invalid")
    if look_of(name) in RESERVED_LOOKS:
        raise InvalidInput.field("username", "This name is reserved. Please choose another.", code="username_reserved")
    return name
