"""Reading what a person has saved: only that person ever does, and only what they may see now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from core.paging import Page, page_by_id
from core.rows import CountOf
from photos.access import get_own_collection
from photos.models import Collection, CollectionItem, Post, Save
from photos.querysets import PostQuerySet

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class CollectionAbout:
    """A collection as its owner sees it: how many posts of it they may see now (counted up to MOST_COUNTED).

    `cover` is the one that came last, loaded for cards; None when there is none.
    """

    collection: Collection
    post_count: int
    cover: Post | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection, and whether some post stands in it."""

    collection: Collection
    has_post: bool


def saved_page(owner: User, *, cursor: str, limit: int) -> Page[Post]:
    """What `owner` has saved, newest save first, with id and audience. One query.

    Posts that were saved by their link are there, as far as `visible_to` lets `owner` see them still.
    """
    saves = Save.objects.filter(user=owner, post__in=_seen(owner)).select_related("post").only("id", "post__audience")
    page = page_by_id(saves, kind="saved", cursor=cursor, limit=limit)
    return Page([save.post for save in page.items], page.next_cursor)


def collected_page(owner: User, collection_id: int, *, cursor: str, limit: int) -> Page[Post]:
    """The same of one collection, what came into it last first. NotFound for a collection of somebody else.

    One query if there are posts, else two.
    """
    items = _items(owner).filter(collection=collection_id, owner=owner).select_related("save_of__post")
    found = items.only("id", "save_of__post__audience")
    page = page_by_id(found, kind="collection", cursor=cursor, limit=limit)
    if not page.items:
        get_own_collection(owner, collection_id)
    return Page([item.save_of.post for item in page.items], page.next_cursor)


def collections_page(owner: User, *, cursor: str, limit: int) -> Page[CollectionAbout]:
    """The newest first. Two queries."""
    page = page_by_id(_told(owner), kind="collections", cursor=cursor, limit=limit)
    return Page(_about(page.items), page.next_cursor)


def collection_about(owner: User, collection_id: int) -> CollectionAbout:
    """NotFound for a collection of somebody else. Two queries."""
    return _about([get_own_collection(owner, collection_id, among=_told(owner))])[0]


def shelves(owner: User, post: Post) -> list[Shelf]:
    """All collections by name, and in which of them the post stands. One query."""
    there = CollectionItem.objects.filter(collection=OuterRef("pk"), save_of__post=post, owner=owner)
    rows = Collection.objects.filter(owner=owner).annotate(has_post=Exists(there)).order_by("name", "pk")
    return [Shelf(row, row.has_post) for row in rows]


def _seen(owner: User) -> PostQuerySet:
    return Post.objects.visible_to(owner).filter(state=Post.State.PUBLISHED)


def _items(owner: User) -> QuerySet[CollectionItem]:
    return CollectionItem.objects.filter(save_of__post__in=_seen(owner))


def _told(owner: User) -> QuerySet[Collection]:
    items = _items(owner).filter(collection=OuterRef("pk"))
    return Collection.objects.filter(owner=owner).annotate(
        post_count=CountOf(items.order_by().values("pk")[:MOST_COUNTED]),
        cover_id=Subquery(items.order_by("-pk").values("save_of__post")[:1]),
    )


def _about(rows: Sequence[Any]) -> list[CollectionAbout]:
    """Of rows of `_told`. One query, none without covers."""
    wanted = {row.cover_id for row in rows if row.cover_id}
    covers = {post.pk: post for post in Post.objects.filter(pk__in=wanted).for_cards()} if wanted else {}
    return [CollectionAbout(row, row.post_count, covers.get(row.cover_id)) for row in rows]
