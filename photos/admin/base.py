from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.querysets import Viewer
from core.admin import ReadOnlyAdmin
from core.media_urls import PRIVATE_SECONDS, media_url
from photos.models import Media, Post, Rendition
from photos.querysets import PostQuerySet

__all__ = ["SQUARES", "ReadOnlyAdmin", "previewed_posts", "shown_to", "thumbnail"]

SQUARES = Prefetch(
    "renditions", queryset=Rendition.objects.filter(name="square", content_type="image/jpeg"), to_attr="squares"
)


def thumbnail(media: Media | None, *, is_shown: bool) -> SafeString | str:
    """The square of a media loaded with SQUARES, or a word in its place where staff are not shown it."""
    squares: list[Rendition] = getattr(media, "squares", [])
    if media is None or not squares:
        return "-"
    if not is_shown:
        return format_html("<em>{}</em>", "private")
    url = media_url("renditions", squares[0].key, content_type="image/jpeg", seconds=PRIVATE_SECONDS)
    return format_html('<img src="{}" alt="{}" width="64" height="64">', url, media.alt_text)


def previewed_posts(staff: Viewer, posts: PostQuerySet) -> PostQuerySet:
    """Those of the posts whose pictures and words staff may look at: what they would see as anybody, and what they have
    removed that was open to everybody, to decide whether it comes back.
    """
    removed = posts.filter(
        state=Post.State.REMOVED, audience__in=["public", "unlisted"], author__is_private=False, author__is_active=True
    )
    return posts.visible_to(staff) | removed


def shown_to(staff: Viewer, post: str) -> Subquery:
    """In a query, whether the post of each row (`post` is the way to its id) is one of those: its id, or None.

    A subquery, as Postgres would rather make a list of all such posts for an EXISTS, and then show fifty rows.
    """
    return Subquery(previewed_posts(staff, Post.objects.filter(pk=OuterRef(post))).values("pk")[:1])
