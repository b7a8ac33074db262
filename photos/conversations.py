"""Reading comments: every list, as one viewer may read it. Each takes two queries at most where there is something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from accounts.querysets import Viewer
from accounts.standings import carry, with_standing
from core.exceptions import NotFound
from core.paging import Page, decode_cursor, encode_cursor, page_by_id
from core.rows import CountOf
from photos.access import get_comment_for, get_post_for, readable_comments
from photos.comment_standings import heard_by
from photos.models import Comment, CommentLike, CommentVersion, Post
from photos.querysets import CommentQuerySet

FIRST_REPLIES = 3  # that stand under a comment in a list
PLACES = 3  # pinned comments that a cursor remembers


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with the first of its replies, and how many there are for the viewer."""

    comment: Comment
    replies: Sequence[Comment] = ()
    reply_count: int = 0


def comments_page(viewer: Viewer, post_id: int, *, cursor: str, limit: int) -> Page[Thread]:
    """What is said about a post: pinned comments first, then the oldest, each with its first replies.

    NotFound for a post that is not the viewer's to see. Two queries. A cursor remembers which were pinned when the
    first page was made, so that nothing comes twice or is left out when that changes.
    """
    top = _top_comments(viewer, post_id)
    if cursor:
        last, shown, *places = decode_cursor("comments", cursor, 2 + PLACES)
        pinned = [place for place in places if place]
        rows = list(heard_by(_after(top, last, pinned, shown), viewer)[: limit + 1])
    else:
        last, shown = 0, 0
        rows = list(heard_by(_first(top, limit), viewer))
        pinned = [row.pk for row in rows if row.pinned_at is not None][:PLACES]
    if not rows:
        get_post_for(viewer, post_id)
    page = rows[:limit]
    if len(rows) <= limit:
        return Page(threads(viewer, page), "")
    shown += sum(row.pk in pinned for row in page)
    last = max([last, *(row.pk for row in page if row.pk not in pinned)])
    places = [*pinned, *([0] * (PLACES - len(pinned)))]
    return Page(threads(viewer, page), encode_cursor("comments", last, shown, *places))


def replies_page(viewer: Viewer, comment: Comment, *, cursor: str, limit: int) -> Page[Thread]:
    """The replies under a comment that the viewer may read, oldest first. One query."""
    replies = Comment.objects.filter(post=comment.post_id, parent=comment.pk).readable_by(viewer).order_by("pk")
    if cursor:
        replies = replies.filter(pk__gt=decode_cursor("replies", cursor, 1)[0])
    rows = list(heard_by(replies, viewer)[: limit + 1])
    next_cursor = encode_cursor("replies", rows[limit - 1].pk) if len(rows) > limit else ""
    return Page([Thread(row) for row in rows[:limit]], next_cursor)


def threads(viewer: Viewer, comments: Sequence[Comment]) -> list[Thread]:
    """Comments that the viewer may read, in their order, each with its first replies. One query; none for none."""
    if not comments:
        return []
    replies = Comment.objects.readable_by(viewer)
    numbered = replies.filter(parent__in=[comment.pk for comment in comments]).annotate(
        place=Window(RowNumber(), partition_by="parent", order_by="pk")
    )
    chosen = Comment.objects.filter(pk__in=numbered.filter(place__lte=FIRST_REPLIES).values("pk"))
    heard: QuerySet[Any] = heard_by(chosen, viewer)
    first = heard.annotate(siblings=CountOf(replies.filter(parent=OuterRef("parent")).values("pk")))
    found: dict[int, list[Comment]] = {}
    counts: dict[int, int] = {}
    for reply in first.order_by("pk"):
        found.setdefault(reply.parent_id or 0, []).append(reply)
        counts[reply.parent_id or 0] = reply.siblings
    return [Thread(comment, found.get(comment.pk, ()), counts.get(comment.pk, 0)) for comment in comments]


def thread_of(viewer: Viewer, comment_id: int) -> Thread:
    """One comment with its first replies; NotFound when it is not the viewer's to read. Two queries."""
    return threads(viewer, [get_comment_for(viewer, comment_id)])[0]


def history_page(viewer: Viewer, comment_id: int, *, cursor: str, limit: int) -> Page[CommentVersion]:
    """What the comment said before, newest first; for whoever may read it as it is."""
    comment = get_comment_for(viewer, comment_id)
    return page_by_id(comment.versions.all(), kind="versions", cursor=cursor, limit=limit)


def comment_likers_page(viewer: Viewer, comment_id: int, *, cursor: str, limit: int) -> Page[User]:
    """Who likes the comment, newest first, as `photos.selectors.likers_page` has it of a post."""
    comment = get_comment_for(viewer, comment_id)
    if comment.author_id != viewer.pk and comment.author.hides_counts:
        raise NotFound
    people = User.objects.visible_to(viewer).without_blocked_by(viewer).without_muted_by(viewer)
    likes = CommentLike.objects.shown_to(viewer).filter(comment=comment, user__in=people).select_related("user")
    page = page_by_id(with_standing(likes, viewer, person="user"), kind="comment-likes", cursor=cursor, limit=limit)
    return Page(carry((like.user, like) for like in page.items), page.next_cursor)


def waiting_comments(person: User) -> CommentQuerySet:
    """What waits for `person` to let it out."""
    return readable_comments(person).filter(post__author=person.pk, state=Comment.State.WAITING)


def waiting_page(person: User, *, cursor: str, limit: int) -> Page[Comment]:
    """The same, newest first, a page at a time."""
    return page_by_id(heard_by(waiting_comments(person), person), kind="waiting", cursor=cursor, limit=limit)


def readable_count(viewer: Viewer, post_id: int) -> int:
    """How many comments of a post the viewer may read, without replies."""
    return _top_comments(viewer, post_id).count()


def _top_comments(viewer: Viewer, post_id: int) -> CommentQuerySet:
    """What the viewer may read of a post that they may see, without replies."""
    posts = Post.objects.visible_to(viewer).filter(pk=post_id)
    return Comment.objects.filter(Exists(posts), post=post_id, parent=None).readable_by(viewer)


def _first(top: CommentQuerySet, limit: int) -> CommentQuerySet:
    """The pinned ones, and one more of the others than a page has. Of many comments only those are looked at."""
    pinned = top.exclude(pinned_at=None).order_by("-pinned_at").values("pk")[:PLACES]
    rest = top.filter(pinned_at=None).order_by("pk").values("pk")[: limit + 1]
    chosen = Comment.objects.filter(pk__in=pinned.union(rest, all=True))
    return chosen.order_by(F("pinned_at").desc(nulls_last=True), "pk")


def _after(top: CommentQuerySet, last: int, pinned: Sequence[int], shown: int) -> CommentQuerySet:
    """What comes behind the pinned ones shown so far and, unpinned, behind `last`."""
    rest = list(pinned[shown:])
    places = Case(
        *(When(pk=pk, then=Value(n)) for n, pk in enumerate(rest)), default=Value(PLACES), output_field=IntegerField()
    )
    return top.filter(Q(pk__in=rest) | Q(pk__gt=last) & ~Q(pk__in=pinned)).order_by(places, "pk")
