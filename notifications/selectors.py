"""Reading what people were told; `NotificationQuerySet.shown_to` is in every query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.standings import with_standing
from accounts.unread import MOST_UNREAD
from core.exceptions import Malformed
from core.paging import decode_cursor, encode_cursor
from notifications.grouping import FIRST, Found, Place, find_groups
from notifications.models import Kind, Notification, Reader
from photos.querysets import first_picture

# What `filter` may be, and the kinds it leaves.
FILTERS: Mapping[str, Sequence[str]] = {
    "all": Kind.values,
    "comments": [Kind.COMMENT, Kind.REPLY, Kind.COMMENT_WAITING],
    "likes": [Kind.LIKE, Kind.COMMENT_LIKE],
    "follows": [Kind.FOLLOW, Kind.REQUEST, Kind.ACCEPTED],
    "mentions": [Kind.MENTION],
    "tags": [Kind.TAG, Kind.TAG_WAITING],
    "uploads": [Kind.UPLOAD_DONE, Kind.UPLOAD_FAILED],
    "notices": [Kind.NOTICE],
}
ALL = next(iter(FILTERS))


@dataclass(frozen=True, slots=True)
class Group:
    """What is told together. `newest` are the newest rows of its newest people, and the first of them leads; they are
    loaded with actor, comment, post and the first picture of that. `rows` and `people` are those of the whole group, as
    far as `grouping.MOST_IN_GROUP` rows go.
    """

    newest: Sequence[Notification]
    rows: int
    people: int
    is_new: bool

    @property
    def head(self) -> Notification:
        return self.newest[0]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """`next_cursor` is "" on the last page. `after_new`: the page before ended with what was new."""

    groups: Sequence[Group]
    next_cursor: str
    after_new: bool = False


def asked_filter(name: str) -> str:
    """Malformed for what is not in FILTERS; nothing is all."""
    if name and name not in FILTERS:
        raise Malformed(f"filter must be one of {', '.join(FILTERS)}.", code="filter_unknown")
    return name or ALL


def groups_page(
    viewer: User, *, wanted: str = ALL, cursor: str = "", limit: int, without: Sequence[str] = ()
) -> GroupPage:
    """What `viewer` was told of one of FILTERS, without these kinds, the newest first. Two queries, one for nothing.

    Malformed for a cursor of another list.
    """
    kinds = [kind for kind in FILTERS[wanted] if kind not in without]
    place, was_new = _place(wanted, cursor)
    shown = Notification.objects.shown_to(viewer)
    found = find_groups(viewer, shown.filter(kind__in=kinds), place, limit + 1)
    groups = _load(viewer, found[:limit])
    if len(found) <= limit:
        return GroupPage(groups, "", was_new)
    newest = found[0].id if place == FIRST else place.newest
    last = found[limit - 1]
    return GroupPage(groups, encode_cursor(_kind(wanted), newest, last.id, int(last.is_new)), was_new)


def newest_id(user: User) -> int:
    """Of all the person was ever told, shown or not; 0 for nothing."""
    return Notification.objects.filter(recipient=user.pk).aggregate(newest=Max("pk"))["newest"] or 0


def count_unread(user: User) -> int:
    """How many rows are new to the person, MOST_UNREAD at most. One query."""
    read = Reader.objects.filter(user=user.pk).values("read_up_to")
    new = Notification.objects.shown_to(user).filter(pk__gt=Coalesce(Subquery(read), 0))
    return new.values("pk")[:MOST_UNREAD].count()


def _load(viewer: User, found: Sequence[Found]) -> list[Group]:
    """The rule is asked again with the content: what went out of sight since the groups were found is left out."""
    ids = [row_id for each in found for row_id in each.newest]
    if not ids:
        return []
    shown = Notification.objects.shown_to(viewer).filter(pk__in=ids).select_related("actor", "comment", "post__author")
    rows = with_standing(shown.annotate(picture_row=first_picture("post")), viewer, person="actor")
    known = {row.pk: _with_picture(row) for row in rows}
    groups = []
    for each in found:
        newest = [known[row_id] for row_id in each.newest if row_id in known]
        if newest:
            groups.append(Group(newest, each.rows, each.people, each.is_new))
    return groups


def _with_picture(row: Notification) -> Notification:
    if row.post is not None:
        row.post.media_rows = row.picture_row  # type: ignore[attr-defined]
    return row


def _place(wanted: str, cursor: str) -> tuple[Place, bool]:
    if not cursor:
        return FIRST, False
    newest, after, was_new = decode_cursor(_kind(wanted), cursor, 3)
    return Place(newest, after), bool(was_new)


def _kind(wanted: str) -> str:
    return f"activity-{wanted}"
