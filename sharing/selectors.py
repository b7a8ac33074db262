"""Reading share links, one's own and what one shows to whoever holds it; and what of a person's stands elsewhere."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Block, User
from accounts.querysets import Viewer
from core.exceptions import NotFound
from core.media_urls import PRIVATE_SECONDS
from core.paging import Page, page_by_id
from photos.access import HIDDEN_FROM_AUTHOR, get_own_post
from photos.albums import NOT_FOR_LINKS, album_post_for_link, album_posts_for_link
from photos.models import Album, AlbumItem, Post
from sharing.models import Connection, CrossPost, ShareLink
from sharing.querysets import ShareLinkQuerySet

SHORTEST = 20  # seconds that addresses of pictures live at least, so that a page can still be looked at
PLACES = {audience: place for place, audience in enumerate(Post.Audience.values)}  # each is for no more people


@dataclass(frozen=True, slots=True)
class AlbumCount:
    """How much of an album its share links show: `shown` posts, of which `hidden` are not for everybody."""

    shown: int
    hidden: int


def links_page(person: User, *, cursor: str, limit: int) -> Page[ShareLink]:
    """The links of `person` that count, newest first, each with its post or album. One query."""
    links = ShareLink.objects.live().owned_by(person).select_related("post", "album")
    return page_by_id(links, kind="links", cursor=cursor, limit=limit)


def links_to(person: User, shared: Post | Album) -> ShareLinkQuerySet:
    """Those to one post or album of theirs, newest first."""
    to_it = Q(post=shared) if isinstance(shared, Post) else Q(album=shared)
    return ShareLink.objects.live().owned_by(person).filter(to_it).order_by("-id")


def find_link(viewer: Viewer, code: str) -> ShareLink:
    """The link with this code, with its owner, post and album, if it shows anything to `viewer`. One query.

    NotFound, always the same: for an unknown code, a link that is over, what is not published or is for fewer people
    than when the link was made, an account that is closed, and across a block.
    """
    named = Q(code=code, is_alias=False) | Q(code=code.lower(), is_alias=True)
    links = ShareLink.objects.live().filter(named, owner__is_active=True).exclude(_is_blocked(viewer))
    link = links.select_related("owner", "post", "album").first()
    if link is None or not _is_shown(link):
        raise NotFound
    return link


def address_seconds(link: ShareLink) -> int:
    """How long addresses of pictures that the link shows may live: not longer than the link, but for SHORTEST."""
    if link.expires_at is None:
        return PRIVATE_SECONDS
    left = int((link.expires_at - timezone.now()).total_seconds())
    return min(PRIVATE_SECONDS, max(left, SHORTEST))


def post_of(link: ShareLink, post_id: int | None = None) -> Post:
    """The post that the link shows, or one of its album, loaded for a card. NotFound for any other. One query."""
    if post_id is not None:
        if link.album is None or post_id in link.withheld:
            raise NotFound
        return album_post_for_link(link.album, post_id)
    post = Post.objects.filter(pk=link.post_id or 0, state=Post.State.PUBLISHED).for_cards().first()
    if post is None:
        raise NotFound
    return post


def posts_in(link: ShareLink, *, cursor: str, limit: int) -> Page[Post]:
    """The posts that a link to an album shows, in their order, loaded for tiles; a page may have fewer. Two queries."""
    if link.album is None:
        raise NotFound
    page = album_posts_for_link(link.album, cursor=cursor, limit=limit)
    return Page([post for post in page.items if post.pk not in link.withheld], page.next_cursor)


def count_album(album: Album) -> AlbumCount:
    """What a new link to `album` would show. One query."""
    shown = Q(post__state=Post.State.PUBLISHED) & ~Q(post__audience__in=NOT_FOR_LINKS)
    hidden = shown & (~Q(post__audience=Post.Audience.PUBLIC) | Q(post__author__is_private=True))
    items = AlbumItem.objects.filter(album=album)
    found = items.aggregate(shown=Count("pk", filter=shown), hidden=Count("pk", filter=hidden))
    return AlbumCount(found["shown"], found["hidden"])


def _is_shown(link: ShareLink) -> bool:
    shared = link.post or link.album
    if shared is None or PLACES[shared.audience] > PLACES[link.audience]:
        return False
    return link.post is None or link.post.state == Post.State.PUBLISHED


def _is_blocked(viewer: Viewer) -> Q:
    if viewer.is_anonymous:
        return Q(pk=None)
    blocked = Block.objects.filter(blocker=viewer.pk).values("blocked")
    blockers = Block.objects.filter(blocked=viewer.pk).values("blocker")
    return Q(owner__in=blocked) | Q(owner__in=blockers)


def connections_of(user: User) -> list[Connection]:
    """Oldest first. One query."""
    return list(Connection.objects.of(user).order_by("id"))


def cross_posts_of(user: User, post_id: int) -> list[CrossPost]:
    """Where this post of theirs is or will be, with the connections, also those that are gone. NotFound for a post that
    is not theirs, or in the trash. One query, or two where it is nowhere.
    """
    own = CrossPost.objects.of(user).filter(post=post_id, post__author=user.pk)
    rows = list(own.exclude(post__state__in=HIDDEN_FROM_AUTHOR).select_related("connection").order_by("id"))
    if not rows:
        get_own_post(user, post_id)
    return rows
