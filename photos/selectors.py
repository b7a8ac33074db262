"""Reading posts and what belongs to them; the audience rule is in every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Subquery, Value

from accounts.models import User
from accounts.querysets import Viewer
from accounts.standings import carry, with_standing
from core.exceptions import NotFound
from core.paging import Page, decode_cursor, encode_cursor, page_by_id, unknown_cursor
from core.rows import CountOf
from core.text import fold_tag, is_tag
from photos.access import get_published_post_for, get_tag_for, known_to
from photos.matching import holds
from photos.models import Like, Media, Place, Post, Rendition, Save, Tag, TagFollow
from photos.places import fold_place
from photos.querysets import PostQuerySet
from photos.standings import seen_by
from photos.words import words_in

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Marked:
    """Which of some posts a person likes, and which they have saved."""

    liked: frozenset[int] = frozenset()
    saved: frozenset[int] = frozenset()


def marked_posts(viewer: Viewer, post_ids: Collection[int]) -> Marked:
    """What `viewer` has marked of these posts. One query; none for nobody or no posts."""
    if viewer.is_anonymous or not post_ids:
        return Marked()
    likes, saves = (
        rows.order_by().filter(user=viewer.pk, post__in=post_ids).values_list("post_id", _constant(is_save))
        for rows, is_save in ((Like.objects.all(), False), (Save.objects.all(), True))
    )
    found = list(likes.union(saves, all=True))
    return Marked(*(frozenset(post_id for post_id, is_save in found if is_save == which) for which in (False, True)))


def likers_page(viewer: Viewer, post_id: int, *, cursor: str, limit: int) -> Page[User]:
    """Who likes the post, newest first, without those who are blocked, muted in everything, or restricted.

    NotFound where the author hides counts from the viewer.
    """
    post = get_published_post_for(viewer, post_id)
    if post.author_id != viewer.pk and post.author.hides_counts:
        raise NotFound
    people = User.objects.visible_to(viewer).without_blocked_by(viewer).without_muted_by(viewer)
    likes = Like.objects.shown_to(viewer).filter(post=post, user__in=people).select_related("user")
    page = page_by_id(with_standing(likes, viewer, person="user"), kind="likes", cursor=cursor, limit=limit)
    return Page(carry((like.user, like) for like in page.items), page.next_cursor)


def trash_page(person: User, *, cursor: str, limit: int) -> Page[Post]:
    trashed = Post.objects.filter(author=person, state=Post.State.TRASHED).for_cards()
    return page_by_id(seen_by(trashed, person), kind="trash", cursor=cursor, limit=limit)


def archive_page(person: User, *, cursor: str, limit: int) -> Page[Post]:
    archived = Post.objects.filter(author=person, state=Post.State.ARCHIVED).for_cards()
    return page_by_id(seen_by(archived, person), kind="archive", cursor=cursor, limit=limit)


def neighbours(viewer: Viewer, post: Post, count: int = 6) -> list[Post]:
    """Other posts of the same author around this one, newest first, that `viewer` may find."""
    others = Post.objects.listed_for(viewer).filter(author=post.author_id, state=Post.State.PUBLISHED).for_cards()
    newer = list(others.filter(id__gt=post.pk).order_by("id")[: count // 2])
    older = list(others.filter(id__lt=post.pk).order_by("-id")[: count - len(newer)])
    return [*reversed(newer), *older]


def recent_public_ids(viewer: Viewer, count: int) -> list[int]:
    """The newest posts everybody may find, for the landing page; without those of people who do not want that."""
    posts = Post.objects.offered_to(viewer).filter(audience=Post.Audience.PUBLIC, state=Post.State.PUBLISHED)
    return list(
        posts.filter(sensitive=False, author__in_discovery=True).order_by("-id").values_list("pk", flat=True)[:count]
    )


def first_squares(post_ids: Collection[int]) -> list[Rendition]:
    """The square of the first picture of each post, newest post first. One query."""
    squares = Rendition.objects.filter(media__post__in=post_ids, name="square", content_type="image/jpeg")
    return list(squares.order_by("-media__post", "media__position", "media__id").distinct("media__post"))


def pending_avatar(person: User) -> Media | None:
    """What `person` chose as profile picture and does not show yet: it is being developed, or has failed."""
    return _unfinished(person).filter(avatar_of__user=person).first()


def pending_header(person: User) -> Media | None:
    """The same for the picture on top of the profile."""
    return _unfinished(person).filter(header_of__user=person).first()


def _unfinished(person: User) -> QuerySet[Media]:
    return Media.objects.filter(owner=person).exclude(state=Media.State.READY)


def _constant(value: bool) -> Value:
    return Value(value, output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class TagAbout:
    """A tag for one viewer: how many posts the viewer can find under it (counted up to MOST_COUNTED), and whether the
    viewer follows it (None for nobody).
    """

    name: str
    post_count: int
    following: bool | None


def tags_about(viewer: Viewer, tags: Sequence[Tag]) -> list[TagAbout]:
    """In the order of `tags`. One query however many."""
    listed = Post.objects.offered_to(viewer).filter(post_tags__tag=OuterRef("pk"), state=Post.State.PUBLISHED)
    count = _counted(listed)
    following = Exists(TagFollow.objects.filter(user=viewer.pk, tag=OuterRef("pk")))
    rows = Tag.objects.filter(pk__in=[tag.pk for tag in tags]).values_list("pk", count, following)
    known = {pk: (posts, None if viewer.is_anonymous else is_following) for pk, posts, is_following in rows}
    return [TagAbout(tag.name, *known.get(tag.pk, (0, None))) for tag in tags]


def _counted(posts: PostQuerySet) -> CountOf:
    return CountOf(posts.order_by().values("pk")[:MOST_COUNTED])


def tag_about(viewer: Viewer, tag: Tag) -> TagAbout:
    return tags_about(viewer, [tag])[0]


def search_tags(viewer: Viewer, typed: str, *, cursor: str, limit: int) -> Page[TagAbout]:
    """The tags that begin with `typed`, in the order of the alphabet, as far as `get_tag_for` lets `viewer` know them.

    Two queries, and one more for a cursor. Malformed (400, cursor_unknown) for one of another search.
    """
    name = fold_tag(typed)
    known = Tag.objects.filter(name__startswith=name).filter(known_to(viewer))
    if not is_tag(name):
        known = known.none()
    rest = known
    if cursor:
        last = known.filter(pk=decode_cursor("tags", cursor, 1)[0]).first()  # of a hidden tag it tells nothing
        if last is None:
            raise unknown_cursor()
        rest = known.filter(name__gt=last.name)
    tags = list(rest.order_by("name")[: limit + 1])
    next_cursor = encode_cursor("tags", tags[limit - 1].pk) if len(tags) > limit else ""
    return Page(tags_about(viewer, tags[:limit]), next_cursor)


def known_tags(viewer: Viewer, typed: str, *, limit: int) -> list[str]:
    """The names of the first tags that begin so, without their counts. One query."""
    name = fold_tag(typed)
    known = Tag.objects.filter(name__startswith=name).filter(known_to(viewer)) if is_tag(name) else Tag.objects.none()
    return list(known.order_by("name").values_list("name", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class PlaceAbout:
    """A place for one viewer: its name as the newest post there that the viewer can find has it, and how many those
    posts are (counted up to MOST_COUNTED).
    """

    name: str
    slug: str
    post_count: int


def search_places(viewer: Viewer, typed: str, *, cursor: str, limit: int) -> Page[PlaceAbout]:
    """The places with all these words in their names, the last as it begins, in the order of their slugs, as far as
    `viewer` can find posts there.

    Two queries, and one more for a cursor. Malformed (400, cursor_unknown) for one of another search.
    """
    known = rest = _known_places(viewer, typed)
    if cursor:
        last = known.filter(pk=decode_cursor("places", cursor, 1)[0]).first()
        if last is None:
            raise unknown_cursor()
        rest = known.filter(slug__gt=last.slug)
    places = list(rest.order_by("slug")[: limit + 1])
    next_cursor = encode_cursor("places", places[limit - 1].pk) if len(places) > limit else ""
    return Page(_places_about(viewer, [place.slug for place in places[:limit]]), next_cursor)


def known_places(viewer: Viewer, typed: str, *, limit: int) -> list[tuple[str, str]]:
    """Slug and name of the first of them, without their counts. One query."""
    name = Subquery(_posts_at(viewer).order_by("-pk").values("location_name")[:1])
    known = _places_named(typed).annotate(name=name).exclude(name=None)
    return list(known.order_by("slug").values_list("slug", "name")[:limit])


def _places_about(viewer: Viewer, slugs: Sequence[str]) -> list[PlaceAbout]:
    posts = _posts_at(viewer)
    name, count = Subquery(posts.order_by("-pk").values("location_name")[:1]), _counted(posts)
    rows = Place.objects.filter(slug__in=slugs).order_by("slug").values_list("slug", name, count)
    return [PlaceAbout(name or slug, slug, number) for slug, name, number in rows]


def _known_places(viewer: Viewer, typed: str) -> QuerySet[Place]:
    return _places_named(typed).filter(Exists(_posts_at(viewer)))


def _places_named(typed: str) -> QuerySet[Place]:
    """Whoever may know of them."""
    words = words_in(fold_place(typed))
    if not words:
        return Place.objects.none()
    query = " & ".join([*(word.query() for word in words[:-1]), words[-1].query(begins=True)])
    return Place.objects.filter(holds("words", query))


def _posts_at(viewer: Viewer) -> PostQuerySet:
    """For queries of places: the posts there that `viewer` can find."""
    return Post.objects.offered_to(viewer).filter(place_slug=OuterRef("slug"), state=Post.State.PUBLISHED)


def tagged_page(viewer: Viewer, name: str, *, cursor: str, limit: int) -> Page[Post]:
    """The published posts under the tag (folded) that `viewer` may find and wants to, newest first.

    They have id and audience. NotFound when there is no such tag for `viewer`. One query if there are posts, else two.
    """
    posts = Post.objects.offered_to(viewer).filter(post_tags__tag__name=name, state=Post.State.PUBLISHED)
    wanted = posts.without_muted_by(viewer).only("id", "audience")
    page = page_by_id(wanted, kind="tag", cursor=cursor, limit=limit)
    if not page.items:
        get_tag_for(viewer, name)
    return page


def followed_tags(person: User) -> list[str]:
    """The names of the tags that `person` follows, in the order of the alphabet."""
    return list(TagFollow.objects.filter(user=person).order_by("tag__name").values_list("tag__name", flat=True))
