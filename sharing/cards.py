"""Links as pages show them: plain values, ready for templates."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from photos.cards import post_url
from sharing.models import ShareLink
from sharing.offers import album_url


@dataclass(frozen=True, slots=True)
class LinkCard:
    """`name` is that of what it leads to, `of_url` the page of that; `is_guarded`: it asks for a password."""

    id: int
    url: str
    name: str
    of_url: str
    is_alias: bool
    is_guarded: bool
    view_count: int
    created_at: datetime
    expires_at: datetime | None


def link_url(link: ShareLink) -> str:
    """The whole address, as it is given away."""
    return f"{settings.ORIGIN}{reverse('sharing:link', args=[link.code])}"


def link_card(link: ShareLink) -> LinkCard:
    """Of a link loaded with its post and album. No query."""
    name, of_url = _leads_to(link)
    return LinkCard(
        id=link.pk,
        url=link_url(link),
        name=name,
        of_url=of_url,
        is_alias=link.is_alias,
        is_guarded=bool(link.password),
        view_count=link.view_count,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


def _leads_to(link: ShareLink) -> tuple[str, str]:
    if link.album is not None:
        return link.album.title, album_url(link.album)
    return (link.post.title or _("A picture of yours"), post_url(link.post)) if link.post else ("", "")
