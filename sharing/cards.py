"""Links, connections and cross-posts as pages show them: plain values, ready for templates."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from photos.cards import post_url
from photos.models import Post
from photos.notes import Note
from sharing.models import Connection, CrossPost, ShareLink
from sharing.offers import album_url
from sharing.services.cross_posting import AGAIN


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


State = CrossPost.State


@dataclass(frozen=True, slots=True)
class CrossPostCard:
    """One post at one place; `address` is a page of the network, or ""."""

    id: int
    post_id: int
    name: str
    network: str
    state: str
    words: str
    address: str
    at: datetime
    can_retry: bool


def cross_post_card(row: CrossPost) -> CrossPostCard:
    """Needs the connection loaded."""
    connection = row.connection
    return CrossPostCard(
        id=row.pk,
        post_id=row.post_id,
        name=connection.name,
        network=connection.get_network_display(),
        state=row.state,
        words=_words(row),
        address=row.address if row.state == State.SENT else "",
        at=row.sent_at or row.begun_at or row.created_at,
        can_retry=row.state in AGAIN and is_working(connection),
    )


def post_notes(post: Post) -> list[Note]:
    """Where a post of one's own stands elsewhere, or failed to get to, for its page. One query."""
    if not settings.CONNECTORS:
        return []
    rows = CrossPost.objects.filter(post=post.pk, connection__owner=post.author_id).select_related("connection")
    return [_note(row) for row in rows.order_by("id")]


def _note(row: CrossPost) -> Note:
    where = {"name": row.connection.name, "network": row.connection.get_network_display()}
    if row.state == State.SENT and row.address:
        return Note(_("At %(network)s: %(name)s") % where, row.address)
    page = reverse("sharing:post-networks", args=[row.post_id])
    if row.state in AGAIN:
        return Note(_("Not at %(network)s, %(name)s: see why") % where, page)
    return Note(_("On its way to %(network)s, %(name)s") % where, page)


def is_working(connection: Connection) -> bool:
    return connection.state == Connection.State.CONNECTED and connection.network in settings.CONNECTORS


def _words(row: CrossPost) -> str:
    if row.state == State.SENT:
        return _("Posted there.")
    if row.state == State.SENDING:
        return _("On its way.")
    if row.state == State.WAITING:
        words = _("Not posted yet; it is tried again. %(problem)s") if row.problem else _("Waits for its turn.")
        return words % {"problem": row.problem}
    if row.state == State.UNKNOWN:
        return _("Perhaps it stands there: the network did not say. Look there before you try again.")
    if row.state == State.GIVEN_UP:
        return _("Given up. %(problem)s") % {"problem": row.problem}
    return _("Not posted. %(problem)s") % {"problem": row.problem}
