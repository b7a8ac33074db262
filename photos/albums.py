"""Reading albums: who may open one by its own audience, and in it only posts that the viewer may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.access import get_named_user_for, id_of_name
from accounts.models import User
from accounts.querysets import Viewer
from accounts.standings import with_standing
from core.exceptions import NotFound
from core.paging import Page, decode_cursor, encode_cursor, page_by_id
from core.rows import CountOf
from photos.access import get_album_for
from photos.models import Album, AlbumItem, Post
from photos.querysets import PostQuerySet

MOST_COUNTED = 10_000
NOT_FOR_LINKS = (Post.Audience.ONLY_ME,)


@dataclass(frozen=True, slots=True)
class AlbumAbout:
    """An album for one viewer: how many posts of it they may see now (counted up to MOST_COUNTED).

    `cover` is the one that the owner has chosen if the viewer may see it, else the first that they may see, loaded for
    cards; None when there is none. `can_download`: of one of those posts at least.
    """

    album: Album
    post_count: int
    cover: Post | None
    can_download: bool


@dataclass(frozen=True, slots=True)
class PlacedPosts:
    """Some posts of one's own album, loaded for cards; the first of them stands at `first` of `total`, from 1."""

    posts: Sequence[Post]
    first: int
    total: int
    next_cursor: str


@dataclass(frozen=True, slots=True)
class AlbumShelf:
    """An album of one's own, and whether some post stands in it."""

    album: Album
    has_post: bool


def posts_in_album(album: Album, viewer: Viewer, *, cursor: str, limit: int) -> Page[Post]:
    """The posts of an album that `viewer` may open, as far as they may see them, in its order, with id and audience.

    One query.
    """
    items = seen_items(viewer).filter(album=album)
    page = _page_in_order(items.select_related("post").only("id", "position", "post__audience"), cursor, limit)
    return Page([item.post for item in page.items], page.next_cursor)


def album_posts_page(viewer: Viewer, album_id: int, *, cursor: str, limit: int) -> Page[Post]:
    """The same by the id of an album. NotFound for one that is not theirs to open. One query if there are posts, else
    two.
    """
    items = seen_items(viewer).filter(album=album_id, album__in=Album.objects.visible_to(viewer))
    page = _page_in_order(items.select_related("post").only("id", "position", "post__audience"), cursor, limit)
    if not page.items:
        get_album_for(viewer, album_id)
    return Page([item.post for item in page.items], page.next_cursor)


def album_posts_for_link(album: Album, *, cursor: str, limit: int) -> Page[Post]:
    """The posts of an album for whoever has a share link of it: published and not for the owner alone, in its order.

    Loaded for cards. Whether the link is good, and the owner's account open, is asked elsewhere. Two queries.
    """
    page = _page_in_order(_linked_items(album).only("id", "position", "post_id"), cursor, limit)
    posts = _loaded([item.post_id for item in page.items])
    return Page([posts[item.post_id] for item in page.items if item.post_id in posts], page.next_cursor)


def album_post_for_link(album: Album, post_id: int) -> Post:
    """One post of them, loaded for cards; else NotFound. One query."""
    linked = Exists(_linked_items(album).filter(post=OuterRef("pk")))
    post = Post.objects.filter(linked, pk=post_id).for_cards().first()
    if post is None:
        raise NotFound
    return post


def albums_page(viewer: Viewer, owner: User, *, cursor: str, limit: int) -> Page[AlbumAbout]:
    """The albums of `owner` that lists may show to `viewer`, the newest first. Two queries."""
    listed = Album.objects.listed_for(viewer).filter(owner=owner)
    page = page_by_id(told(listed, viewer), kind="albums", cursor=cursor, limit=limit)
    return Page(albums_about(page.items), page.next_cursor)


def named_albums_page(viewer: Viewer, username: str, *, cursor: str, limit: int) -> Page[AlbumAbout]:
    """The same by a name that they have or had until lately. NotFound for who is hidden. Two queries."""
    listed = Album.objects.listed_for(viewer).filter(owner=id_of_name(username))
    page = page_by_id(told(listed, viewer), kind="albums", cursor=cursor, limit=limit)
    if not page.items:
        get_named_user_for(viewer, username)
    return Page(albums_about(page.items), page.next_cursor)


def album_about(viewer: Viewer, album_id: int) -> AlbumAbout:
    """NotFound for an album that is not theirs to open. Two queries."""
    return albums_about([get_album_for(viewer, album_id, among=told(Album.objects.all(), viewer))])[0]


def album_shelves(owner: User, post: Post) -> list[AlbumShelf]:
    """All albums of `owner`, the newest first, and in which of them the post stands. One query."""
    there = AlbumItem.objects.filter(album=OuterRef("pk"), post=post, owner=owner)
    rows: Iterable[Any] = Album.objects.filter(owner=owner).annotate(has_post=Exists(there)).order_by("-pk")
    return [AlbumShelf(row, row.has_post) for row in rows]


def placed_posts(owner: User, album: Album, *, cursor: str, limit: int) -> PlacedPosts:
    """A page of one's own album to put in order. Four queries."""
    items = seen_items(owner).filter(album=album)
    page = _page_in_order(items.only("id", "position", "post_id"), cursor, limit)
    posts = _loaded([item.post_id for item in page.items])
    first = items.filter(_before(page.items[0])).count() + 1 if page.items else 1
    total = items.count()
    found = [posts[item.post_id] for item in page.items if item.post_id in posts]
    return PlacedPosts(found, first, total, page.next_cursor)


def posts_for_album(owner: User, album: Album, *, cursor: str, limit: int) -> Page[Post]:
    """The published posts of `owner` that are not in the album, newest first, loaded for cards. One query."""
    there = AlbumItem.objects.filter(album=album, post=OuterRef("pk"))
    posts = Post.objects.filter(~Exists(there), author=owner, state=Post.State.PUBLISHED)
    return page_by_id(posts.for_cards(), kind="album-posts", cursor=cursor, limit=limit)


def downloads_for(viewer: Viewer, items: QuerySet[AlbumItem]) -> QuerySet[AlbumItem]:
    """Those of items that `viewer` sees of which they may have the originals: their own, and where the author lets."""
    allowed = Q(post__downloads=True)
    return items.filter(allowed if viewer.is_anonymous else allowed | Q(owner=viewer.pk))


def originals_in(viewer: Viewer, album_id: int) -> tuple[Album, list[tuple[int, int]]]:
    """Id and bytes of each photo and video of an album whose original `viewer` may download, in the order of the album.

    NotFound for an album that is not theirs to open. Two queries.
    """
    album = get_album_for(viewer, album_id)
    items = downloads_for(viewer, seen_items(viewer).filter(album=album)).exclude(post__media=None)
    order = ("position", "pk", "post__media__position", "post__media__pk")
    return album, list(items.order_by(*order).values_list("post__media__pk", "post__media__bytes"))


def seen_items(viewer: Viewer) -> QuerySet[AlbumItem]:
    """What stands in albums, as far as `viewer` may see it; whether they may open the album is not asked here.

    Unlisted posts are found by their links alone: in albums of others they show where the album is unlisted, too.
    """
    posts = Post.objects.visible_to(viewer).filter(state=Post.State.PUBLISHED)
    found = ~Q(post__audience=Post.Audience.UNLISTED) | Q(album__audience=Post.Audience.UNLISTED)
    if viewer.is_authenticated:
        found |= Q(owner=viewer.pk)
    return AlbumItem.objects.filter(found, post__in=posts)


def told(albums: QuerySet[Album], viewer: Viewer) -> QuerySet[Album]:
    """The albums, each with what `albums_about` needs to tell of them to `viewer`."""
    items = seen_items(viewer).filter(album=OuterRef("pk"))
    chosen = When(post=F("album__cover"), then=Value(0))
    first = items.order_by(Case(chosen, default=Value(1), output_field=IntegerField()), "position", "pk")
    return (
        with_standing(albums, viewer, person="owner")
        .annotate(
            post_count=CountOf(items.order_by().values("pk")[:MOST_COUNTED]),
            shown_cover=Subquery(first.values("post")[:1]),
            can_download=Exists(downloads_for(viewer, items)),
        )
        .select_related("owner")
    )


def albums_about(rows: Sequence[Any]) -> list[AlbumAbout]:
    """Of rows of `told`. One query, none without covers."""
    covers = _loaded([row.shown_cover for row in rows if row.shown_cover])
    return [AlbumAbout(row, row.post_count, covers.get(row.shown_cover), row.can_download) for row in rows]


def _linked_items(album: Album) -> QuerySet[AlbumItem]:
    published = AlbumItem.objects.filter(album=album, post__state=Post.State.PUBLISHED)
    return published.exclude(post__audience__in=NOT_FOR_LINKS)


def _page_in_order(items: QuerySet[AlbumItem], cursor: str, limit: int) -> Page[AlbumItem]:
    if cursor:
        position, last = decode_cursor("album", cursor, 2)
        items = items.filter(Q(position__gt=position) | Q(position=position, pk__gt=last))
    rows = list(items.order_by("position", "pk")[: limit + 1])
    shown = rows[:limit]
    return Page(shown, encode_cursor("album", shown[-1].position, shown[-1].pk) if len(rows) > limit else "")


def _before(item: AlbumItem) -> Q:
    return Q(position__lt=item.position) | Q(position=item.position, pk__lt=item.pk)


def _loaded(post_ids: Sequence[int]) -> dict[int, Post]:
    posts: PostQuerySet = Post.objects.filter(pk__in=set(post_ids))
    return {post.pk: post for post in posts.for_cards()} if post_ids else {}
