"""People as the API writes them (`User` in the contract)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from accounts.cards import avatar_url, header_card
from accounts.counts import PersonCounts, person_counts, plain_counts
from accounts.models import User
from accounts.querysets import Viewer
from accounts.selectors import Relationship, relationships
from core.media_urls import absolute
from core.times import iso_utc


def represent_user(
    user: User, viewer: Viewer, relationship: Relationship | None, counts: PersonCounts | None = None
) -> dict[str, Any]:
    """One `User`. No query: what is the viewer's comes in; without `counts` they are those of `plain_counts`."""
    counts = counts or plain_counts(viewer, user, relationship)
    return {
        "id": str(user.pk),
        "username": user.username,
        "display_name": user.display_name,
        "bio": user.bio,
        "pronouns": user.pronouns,
        "website": user.website,
        "links": user.links or [],
        "location": user.location,
        "avatar": {"url": absolute(avatar_url(user)) or None, "width": 320, "height": 320} if user.avatar_key else None,
        "header": _represent_header(user),
        "is_private": user.is_private,
        "follower_count": counts.followers,
        "following_count": counts.following,
        "post_count": counts.posts,
        "relationship": asdict(relationship) if relationship else None,
        "created_at": iso_utc(user.created_at),
    }


def _represent_header(user: User) -> dict[str, Any] | None:
    card = header_card(user)
    if card is None:
        return None
    return {"url": absolute(card.url), "width": card.width, "height": card.height, "alt_text": card.alt}


def represent_users(users: Sequence[User], viewer: Viewer) -> list[dict[str, Any]]:
    """Several people, in four queries and those of `person_counts` however many they are."""
    known = relationships(viewer, [user.pk for user in users])
    counts = person_counts(viewer, users, known)
    return [represent_user(user, viewer, known.get(user.pk), counts[user.pk]) for user in users]
