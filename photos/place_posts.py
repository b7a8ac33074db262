"""What there is at a place, for one viewer: nobody learns from it of a place where they can find no post."""

from accounts.querysets import Viewer
from core.exceptions import NotFound
from core.paging import Page, page_by_id
from core.rows import CountOf
from photos.models import Post
from photos.querysets import PostQuerySet
from photos.selectors import MOST_COUNTED, PlaceAbout


def place_about(viewer: Viewer, slug: str) -> PlaceAbout:
    """NotFound where the viewer can find no post. One query."""
    posts = _posts_at(viewer, slug)
    count = CountOf(posts.order_by().values("pk")[:MOST_COUNTED])
    newest = posts.order_by("-pk").values_list("location_name", count).first()
    if newest is None:
        raise NotFound
    return PlaceAbout(newest[0], slug, newest[1])


def place_page(viewer: Viewer, slug: str, *, cursor: str, limit: int) -> Page[Post]:
    """The published posts at the place that `viewer` may find and wants to, newest first.

    They have id and audience. NotFound where the viewer can find none. One query if there are posts, else two.
    """
    wanted = _posts_at(viewer, slug).without_muted_by(viewer).only("id", "audience")
    page = page_by_id(wanted, kind="place", cursor=cursor, limit=limit)
    if not page.items:
        place_about(viewer, slug)
    return page


def _posts_at(viewer: Viewer, slug: str) -> PostQuerySet:
    """None for "", the slug of posts without a place."""
    posts = Post.objects.offered_to(viewer).filter(place_slug=slug, state=Post.State.PUBLISHED)
    return posts if slug else posts.none()
