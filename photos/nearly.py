"""Tags and places that are spelled nearly as what somebody typed, as far as they can find posts there."""

from accounts.querysets import Viewer
from core.spelling import slips
from core.text import fold_tag
from photos.access import known_to
from photos.models import Post, Tag
from photos.places import fold_place


def near_tags(viewer: Viewer, typed: str, limit: int) -> list[str]:
    """The names of tags that are one slip away, in the order of the alphabet. One query at most."""
    names = slips(fold_tag(typed))
    if not names:
        return []
    known = Tag.objects.filter(known_to(viewer), name__in=names)
    return list(known.order_by("name").values_list("name", flat=True)[:limit])


def near_places(viewer: Viewer, typed: str, limit: int) -> list[tuple[str, str]]:
    """Slug and name of places that are one slip away, in the order of the slugs. One query at most."""
    slugs = slips(fold_place(typed))
    if not slugs:
        return []
    posts = Post.objects.offered_to(viewer).filter(place_slug__in=slugs, state=Post.State.PUBLISHED)
    newest = posts.order_by("place_slug", "-pk").distinct("place_slug")
    return list(newest.values_list("place_slug", "location_name")[:limit])
