"""The share links of a person in the archive of everything."""

from typing import Any

from django.conf import settings

from core.ids import to_code
from core.times import iso_utc
from exports.lines import Lines, address, listed
from exports.models import Export
from sharing.cards import link_url
from sharing.models import ShareLink


def share_links(export: Export) -> Lines:
    """Those that count with their addresses, of others when they ended; of a password only that there is one."""
    own = ShareLink.objects.owned_by(export.owner).order_by("pk")
    live = set(ShareLink.objects.live().owned_by(export.owner).values_list("pk", flat=True))
    return listed(_link(link, is_live=link.pk in live) for link in own.iterator(chunk_size=500))


def _link(link: ShareLink, *, is_live: bool) -> dict[str, Any]:
    to_album = f"{settings.ORIGIN}/albums/{to_code(link.album_id)}/" if link.album_id else ""
    return {
        "url": link_url(link) if is_live else None,
        "leads_to": address(link.post_id) if link.post_id else to_album,
        "has_password": bool(link.password),
        "opened": link.view_count,
        "created_at": iso_utc(link.created_at),
        "expires_at": iso_utc(link.expires_at),
        "revoked_at": iso_utc(link.revoked_at),
    }
