"""People as the API writes them (`User` in the contract)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from accounts.cards import avatar_url, header_card
from accounts.counts import person_counts
from accounts.models import User
from accounts.querysets import Viewer
from accounts.standings import STRANGERS, Standing, known_standings
from core.media_urls import absolute
from core.times import iso_utc


def represent_user(user: User, viewer: Viewer, standing: Standing = STRANGERS) -> dict[str, Any]:
    """One `User`, to whom `viewer` stands so. No query."""
    counts, relationship = person_counts(viewer, user, standing), standing.relationship
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
    """Several people, in one query however many they are, or none if they were loaded with the viewer's standing."""
    known = known_standings(viewer, users)
    return [represent_user(user, viewer, known[user.pk]) for user in users]
