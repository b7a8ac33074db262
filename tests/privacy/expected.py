"""The one small table: who sees what. Written from the documented rules (docs/privacy.md), not from the code.

Public and unlisted posts of open accounts are for everybody, those of private accounts and posts for followers for
accepted followers, posts for close friends for those on the author's list, "only me" for the author. Nothing passes a
block in either direction, nothing of a closed account is left, and only the author knows of what is not published.
Staff are nobody special.
"""

from tests.privacy.world import KINDS, Kind

SHOWN, MISSING, GONE = "shown", "as missing", "gone"
FOLLOWERS = ("follower", "close_follower", "muting", "muted", "restricted")
CLOSE_FRIENDS = ("close_friend", "close_follower")


def sees(viewer: str, account: str, kind: Kind) -> bool:
    """Whether the post page opens."""
    audience, state = kind
    if account == "closed" or viewer in ("blocked", "blocker"):
        return False
    if viewer == "owner":
        return state not in ("trashed", "removed")
    if state != "published" or audience == "only_me":
        return False
    if audience == "close_friends":
        return viewer in CLOSE_FRIENDS
    return viewer in FOLLOWERS or (account == "open" and audience in ("public", "unlisted"))


def answer(rule: str, viewer: str, account: str, kind: Kind) -> str:
    """What an address of a post answers, by the rule that the registry names for it."""
    signed_in = viewer != "anonymous" and account != "closed"
    owns = viewer == "owner" and account != "closed"
    seen, state = sees(viewer, account, kind), kind[1]
    opens = {
        "seen": seen,
        "seen, signed in": seen and signed_in,
        "seen, published": seen and state == "published",
        "seen, published, signed in": seen and state == "published" and signed_in,
        "own": seen and owns,
        "own, whatever its state": owns,
        "original": seen or owns,
    }[rule]
    if not opens and owns and state == "removed" and rule != "original":
        return GONE
    return SHOWN if opens else MISSING


def seen_by(viewer: str, account: str) -> set[Kind]:
    return {kind for kind in KINDS if sees(viewer, account, kind)}


def on_profile(viewer: str, account: str) -> set[Kind]:
    """Others find no unlisted post; the author's archive and drafts have pages of their own."""
    found = seen_by(viewer, account)
    if viewer == "owner":
        return {kind for kind in found if kind[1] not in ("archived", "draft")}
    return {kind for kind in found if kind[0] != "unlisted"}


def in_feed(viewer: str, account: str) -> set[Kind]:
    if viewer not in ("follower", "close_follower", "muted", "restricted") or account == "closed":
        return set()
    audiences = ["public", "followers", *(["close_friends"] if viewer == "close_follower" else [])]
    return {(audience, "published") for audience in audiences}


def on_explore(viewer: str, account: str) -> set[Kind]:
    """Nobody is shown there whom the viewer has muted."""
    left_out = viewer in ("blocked", "blocker", "muting")
    return {("public", "published")} if account == "open" and not left_out else set()


def on_tag(viewer: str, account: str) -> set[Kind]:
    return {kind for kind in on_profile(viewer, account) if kind[1] == "published"}


def on_landing(viewer: str, account: str) -> set[Kind]:
    """What the start page shows to who has no feed: nobody, and who is logged in to a closed account."""
    return {("public", "published")} if viewer == "anonymous" and account == "open" else set()


def in_atom(viewer: str, account: str) -> set[Kind] | None:
    """None: there is no feed."""
    if account != "open" or viewer in ("blocked", "blocker"):
        return None
    return {("public", "published")}


def told_of(viewer: str, account: str) -> set[Kind]:
    """Of what the author has named the viewer in: nobody is told anything who is not signed in."""
    signed_in = viewer != "anonymous" and account != "closed"
    return seen_by(viewer, account) if signed_in else set()


def of_state(viewer: str, account: str, state: str) -> set[Kind]:
    """The lists of one's own archive and trash."""
    return {kind for kind in KINDS if kind[1] == state} if viewer == "owner" and account != "closed" else set()


def previewed(viewer: str, account: str) -> set[Kind]:
    """What the admin site shows staff of posts: what they see anyway, and what was public and is removed."""
    if viewer != "moderator":
        return set()
    removed = {(audience, "removed") for audience in ("public", "unlisted")} if account == "open" else set()
    return seen_by(viewer, account) | removed
