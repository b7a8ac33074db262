"""What the API answers about people."""

from typing import Any

from accounts.models import Block, Follow, Mute, User
from core.times import iso_utc

JSON = "application/json"
NOBODY = {
    "following": False,
    "requested": False,
    "followed_by": False,
    "blocking": False,
    "muting": False,
    "close_friend": False,
}


def person(user: User, **changes: Any) -> dict[str, Any]:
    """The whole `User` of the contract for somebody about whom nothing special is known."""
    return {
        "id": str(user.pk),
        "username": user.username,
        "display_name": "",
        "bio": "",
        "pronouns": "",
        "website": "",
        "links": [],
        "location": "",
        "avatar": None,
        "header": None,
        "is_private": False,
        "follower_count": 0,
        "following_count": 0,
        "post_count": 0,
        "relationship": None,
        "created_at": iso_utc(user.created_at),
        **changes,
    }


def me(user: User, **changes: Any) -> dict[str, Any]:
    """What the signed-in person, who has sent nothing yet, reads about themselves."""
    storage = {"used_bytes": 0, "quota_bytes": 20 * 1024**3}
    switches = {"show_camera": False, "tags_in_latest": False, "hides_counts": False, "hides_follows": False}
    switches |= {"approves_comments": False}
    wishes = dict.fromkeys(("in_search", "in_discovery", "in_engines", "shows_counts"), True)
    tags = {"tags_from": "everyone", "approves_tags": False}
    standing = {"limited": False, "frozen": False}
    own = {
        "email": user.email,
        "time_zone": "UTC",
        "standing": standing,
        **switches,
        **wishes,
        **tags,
        "storage": storage,
        "comment_filter": [],
    }
    return {**person(user), **own, **changes}


def relations() -> tuple[int, int, int]:
    return Follow.objects.count(), Block.objects.count(), Mute.objects.count()
