"""How a viewer stands to other people, and what of their numbers the viewer may not see: one query, or part of another.

A query of rows that lead to people carries it along (`with_standing`): lists of people then need no second query.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from django.db.models import F, Func, QuerySet, TextField
from django.utils import timezone

from accounts.models import Follow, User
from accounts.querysets import Viewer

ROW = "standing_row"  # the attribute of a row with the JSON that `_read` understands
Rows = TypeVar("Rows", bound="QuerySet[Any]")

# To compare a person's id with: true for people whom the viewer may not see, as one has blocked the other, and who are
# in the counters of others. The tables of the outer query have Django's names, so that those in here need others.
HIDDEN = """ANY(ARRAY(
    SELECT tie.blocked_id FROM accounts_block tie
    JOIN accounts_user other ON other.id = tie.blocked_id AND other.counted WHERE tie.blocker_id = {viewer}
    UNION
    SELECT tie.blocker_id FROM accounts_block tie
    JOIN accounts_user other ON other.id = tie.blocker_id AND other.counted WHERE tie.blocked_id = {viewer}
))"""
_STANDING = """json_build_array(
    (SELECT state FROM accounts_follow tie WHERE tie.follower_id = {viewer} AND tie.followee_id = %(expressions)s),
    (SELECT state FROM accounts_follow tie WHERE tie.follower_id = %(expressions)s AND tie.followee_id = {viewer}),
    EXISTS (SELECT FROM accounts_block tie WHERE tie.blocker_id = {viewer} AND tie.blocked_id = %(expressions)s),
    EXISTS (SELECT FROM accounts_mute tie WHERE tie.muter_id = {viewer} AND tie.muted_id = %(expressions)s
            AND (tie.until IS NULL OR tie.until > '{now}')),
    EXISTS (SELECT FROM accounts_closefriend tie WHERE tie.owner_id = {viewer} AND tie.friend_id = %(expressions)s),
    EXISTS (SELECT FROM accounts_closefriend tie WHERE tie.owner_id = %(expressions)s AND tie.friend_id = {viewer}),
    {followers}, {following}
)::text"""
_FOLLOWERS = """(SELECT count(*) FROM accounts_follow tie WHERE tie.state = 'accepted'
    AND tie.followee_id = %(expressions)s AND tie.follower_id = {hidden})"""
_FOLLOWING = """(SELECT count(*) FROM accounts_follow tie WHERE tie.state = 'accepted'
    AND tie.follower_id = %(expressions)s AND tie.followee_id = {hidden})"""


@dataclass(frozen=True, slots=True)
class Relationship:
    """How the viewer stands to one other person."""

    following: bool
    requested: bool
    followed_by: bool
    blocking: bool
    muting: bool
    close_friend: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """`relationship` is None towards oneself and for nobody. `is_close`: the other has the viewer among close friends.

    The numbers are how many of those who follow the other, and whom the other follows, the viewer may not see.
    """

    relationship: Relationship | None = None
    is_close: bool = False
    hidden_followers: int = 0
    hidden_following: int = 0


STRANGERS = Standing()


def with_standing(rows: Rows, viewer: Viewer, *, person: str = "pk") -> Rows:
    """The rows, each with `standing_row` for `standing_in`; `person` is the way from a row to the person's id."""
    if viewer.is_anonymous:
        return rows
    found: Rows = rows.annotate(**{ROW: _standing_to(viewer, person)})
    return found


def standing_in(row: Any, viewer: Viewer, person_id: int) -> Standing:
    """What a row of `with_standing` says of the person it leads to. AttributeError for a row of another query."""
    if viewer.is_anonymous or person_id == viewer.pk:
        return STRANGERS
    return _read(row.standing_row)


def standings(viewer: Viewer, user_ids: Collection[int]) -> dict[int, Standing]:
    """How the viewer stands to each of these people. One query; none for nobody, and for the viewer alone."""
    others = set(user_ids) - {viewer.pk}
    known = dict.fromkeys(user_ids, STRANGERS)
    if viewer.is_authenticated and others:
        rows = with_standing(User.objects.filter(pk__in=others), viewer).values_list("pk", ROW)
        known |= {user_id: _read(row) for user_id, row in rows}
    return known


def carry(users: Iterable[tuple[User, Any]]) -> list[User]:
    """The people, each with what the row beside them says of the viewer's standing."""
    people = []
    for user, row in users:
        if hasattr(row, "standing_row"):
            user.standing_row = row.standing_row
        people.append(user)
    return people


def known_standings(viewer: Viewer, users: Collection[User]) -> Mapping[int, Standing]:
    """As `standings`, without a query when all of `users` were loaded by `with_standing`, or are the viewer."""
    others = [user for user in users if user.pk != viewer.pk]
    if viewer.is_anonymous or any(user.standing_row is None for user in others):
        return standings(viewer, [user.pk for user in users])
    return {user.pk: standing_in(user, viewer, user.pk) for user in users}


def is_limited_for(viewer: User, person: User) -> bool:
    """Whether staff keep `person` from `viewer`, who does not follow them: nothing that they do is news to the viewer.

    No query unless the account is limited, then one.
    """
    if person.limited_at is None or person.pk == viewer.pk:
        return False
    return not Follow.objects.filter(follower=viewer, followee=person, state=Follow.State.ACCEPTED).exists()


def has_own_numbers(viewer: Viewer) -> bool:
    """Whether `viewer` may read other numbers than the counters: for a block, or a restriction."""
    return viewer.is_authenticated and viewer.has_blocks


def _standing_to(viewer: User, person: str) -> "Func[Any]":
    """As JSON. The ids of viewers are numbers, and the moment has digits and signs: neither can be anything else."""
    hidden = HIDDEN.format(viewer=int(viewer.pk))
    own = has_own_numbers(viewer)
    text = _STANDING.format(
        viewer=int(viewer.pk),
        now=timezone.now().isoformat(),
        followers=_FOLLOWERS.format(hidden=hidden) if own else "0",
        following=_FOLLOWING.format(hidden=hidden) if own else "0",
    )
    return Func(F(person), template=text, output_field=TextField())


def _read(text: str) -> Standing:
    mine, theirs, blocking, muting, close_friend, is_close, followers, following = orjson.loads(text)
    relationship = Relationship(
        following=mine == Follow.State.ACCEPTED,
        requested=mine == Follow.State.REQUESTED,
        followed_by=theirs == Follow.State.ACCEPTED,
        blocking=blocking,
        muting=muting,
        close_friend=close_friend,
    )
    return Standing(relationship, is_close, followers, following)
