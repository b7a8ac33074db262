"""Numbers about people as one viewer reads them: hidden ones are None, and whom the viewer may not see moves none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Block, CloseFriend, Follow, User
from accounts.querysets import Viewer
from accounts.selectors import Relationship


@dataclass(frozen=True, slots=True)
class PersonCounts:
    """None for what the person hides from others; `posts` are those the viewer can find."""

    followers: int | None
    following: int | None
    posts: int


@dataclass(frozen=True, slots=True)
class HiddenFollows:
    """How many of the followers, and of the people followed, of each person a viewer may not see."""

    followers: Mapping[int, int]
    following: Mapping[int, int]


NONE_HIDDEN = HiddenFollows({}, {})


def person_counts(viewer: Viewer, users: Sequence[User], known: Mapping[int, Relationship]) -> dict[int, PersonCounts]:
    """The numbers of each of `users`; `known` are the viewer's relationships to them.

    No query, but three for a viewer with numbers of their own, and one when somebody posts for close friends.
    """
    hidden = hidden_follows(viewer.pk, [user.pk for user in users]) if has_own_numbers(viewer) else NONE_HIDDEN
    close = close_friend_owners(viewer, [user.pk for user in users if user.close_friend_post_count])
    return {user.pk: _counts(viewer, user, known.get(user.pk), hidden, is_close=user.pk in close) for user in users}


def plain_counts(viewer: Viewer, user: User, relationship: Relationship | None) -> PersonCounts:
    """The numbers for a viewer without blocks who is no close friend of `user`. No query."""
    return _counts(viewer, user, relationship, NONE_HIDDEN, is_close=False)


def post_count_for(viewer: Viewer, user: User, *, is_open: bool, follows: bool, is_close: bool = False) -> int:
    """How many published posts `viewer` can find on the profile of `user`, from the counters alone."""
    if viewer.pk == user.pk:
        return user.own_post_count
    close = user.close_friend_post_count if is_close else 0
    if not is_open:
        return close
    return user.public_post_count + (user.follower_post_count if follows else 0) + close


def has_own_numbers(viewer: Viewer) -> bool:
    """Whether `viewer` may read other numbers than the counters: for a block, or a restriction. No query."""
    return viewer.is_authenticated and viewer.has_blocks


def hidden_people(viewer_id: int) -> QuerySet[User]:
    """People whom this viewer may not see, as one has blocked the other, and who are in the counters of others."""
    blocks = Q(pk__in=Block.objects.filter(blocker=viewer_id).values("blocked"))
    blocked_by = Q(pk__in=Block.objects.filter(blocked=viewer_id).values("blocker"))
    return User.objects.filter(blocks | blocked_by, counted=True)


def hidden_follows(viewer_id: int | None, user_ids: Collection[int]) -> HiddenFollows:
    """What the counters of these people have too many for the viewer. Three queries."""
    if viewer_id is None or not user_ids:
        return NONE_HIDDEN
    hidden = list(hidden_people(viewer_id).values_list("pk", flat=True))
    accepted = Follow.objects.filter(state=Follow.State.ACCEPTED)
    followers = accepted.filter(followee__in=user_ids, follower__in=hidden).values_list("followee")
    following = accepted.filter(follower__in=user_ids, followee__in=hidden).values_list("follower")
    return HiddenFollows(
        dict(followers.annotate(Count("pk")).order_by()), dict(following.annotate(Count("pk")).order_by())
    )


def close_friend_owners(viewer: Viewer, user_ids: Collection[int]) -> set[int]:
    """Which of these people have `viewer` on their list of close friends. One query; none for nobody."""
    if viewer.is_anonymous or not user_ids:
        return set()
    return set(CloseFriend.objects.filter(owner__in=user_ids, friend=viewer.pk).values_list("owner_id", flat=True))


def _counts(
    viewer: Viewer, user: User, relationship: Relationship | None, hidden: HiddenFollows, *, is_close: bool
) -> PersonCounts:
    own = viewer.pk == user.pk
    follows = relationship is not None and relationship.following
    blocking = relationship is not None and relationship.blocking
    is_open = own or ((not user.is_private or follows) and not blocking)
    posts = post_count_for(viewer, user, is_open=is_open, follows=follows, is_close=is_close and not blocking)
    if user.hides_counts and not own:
        return PersonCounts(None, None, posts)
    followers = max(0, user.follower_count - hidden.followers.get(user.pk, 0))
    following = max(0, user.following_count - hidden.following.get(user.pk, 0))
    return PersonCounts(followers, following, posts)
