"""Share links, ways out, connections and cross-posts as the API writes them; nothing secret is in them."""

from typing import Any

from core.times import iso_utc
from sharing.cards import is_working, link_url
from sharing.models import Connection, CrossPost, ShareLink
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


def represent_connection(row: Connection) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "network": row.network,
        "name": row.name,
        "address": row.address or None,
        "automatic": row.automatic,
        "works": is_working(row),
        "created_at": iso_utc(row.created_at),
    }


def represent_cross_post(row: CrossPost) -> dict[str, Any]:
    """Needs the connection loaded."""
    return {
        "id": str(row.pk),
        "connection_id": str(row.connection_id),
        "network": row.connection.network,
        "name": row.connection.name,
        "state": row.state,
        "address": row.address or None,
        "code": row.code or None,
        "problem": row.problem or None,
        "tries": row.tries,
        "next_try_at": iso_utc(row.next_try_at) if row.state == CrossPost.State.WAITING else None,
        "created_at": iso_utc(row.created_at),
        "sent_at": iso_utc(row.sent_at),
    }
