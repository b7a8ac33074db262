"""People as the API writes them (`User` in the contract)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from accounts.cards import avatar_url, post_count_for
from accounts.models import User
from accounts.querysets import Viewer
from accounts.selectors import Relationship, relationships
from core.media_urls import absolute
from core.times import iso_utc


def represent_user(user: User, viewer: Viewer, relationship: Relationship | None) -> dict[str, Any]:
    """One `User`. No query: the relationship comes in, the counts are columns."""
    follows = relationship is not None and relationship.following
    is_open = viewer.pk == user.pk or not user.is_private or follows
    if relationship is not None and relationship.blocking:
        is_open = False
    return {
        "id": str(user.pk),
        "username": user.username,
        "display_name": user.display_name,
        "bio": user.bio,
        "pronouns": user.pronouns,
        "website": user.website,
        "location": user.location,
        "avatar": {"url": absolute(avatar_url(user)) or None, "width": 320, "height": 320} if user.avatar_key else None,
        "is_private": user.is_private,
        "follower_count": user.follower_count,
        "following_count": user.following_count,
        "post_count": post_count_for(viewer, user, is_open=is_open, follows=follows),
        "relationship": asdict(relationship) if relationship else None,
        "created_at": iso_utc(user.created_at),
    }


def represent_users(users: Sequence[User], viewer: Viewer) -> list[dict[str, Any]]:
    """Several people, in four queries however many they are."""
    known = relationships(viewer, [user.pk for user in users])
    return [represent_user(user, viewer, known.get(user.pk)) for user in users]
