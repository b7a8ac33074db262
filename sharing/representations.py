"""Share links and ways out as the API writes them."""

from typing import Any

from core.times import iso_utc
from sharing.cards import link_url
from sharing.models import ShareLink
from sharing.offers import Offer
from sharing.targets import targets


def represent_link(link: ShareLink) -> dict[str, Any]:
    """No query."""
    return {
        "id": str(link.pk),
        "url": link_url(link),
        "code": link.code,
        "is_alias": link.is_alias,
        "post_id": str(link.post_id) if link.post_id else None,
        "album_id": str(link.album_id) if link.album_id else None,
        "has_password": bool(link.password),
        "view_count": link.view_count,
        "created_at": iso_utc(link.created_at),
        "expires_at": iso_utc(link.expires_at),
    }


def represent_offer(offer: Offer, *, host: str) -> dict[str, Any]:
    """`host` is that of a Mastodon server, or ""."""
    found = targets(offer.shareable, mastodon=host) if offer.shareable else []
    return {
        "targets": [
            {"name": each.name, "title": each.label, "url": each.url or None, "template": each.template or None}
            for each in found
        ],
        "reason": {"code": offer.code, "text": offer.reason} if offer.code else None,
        "warning": offer.warning or None,
    }
