"""Numbers about people as one viewer reads them: hidden ones are None, and whom the viewer may not see moves none."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import CloseFriend, User
from accounts.querysets import Viewer
from accounts.standings import STRANGERS, Standing


@dataclass(frozen=True, slots=True)
class PersonCounts:
    """None for what the person hides from others; `posts` are those the viewer can find."""

    followers: int | None
    following: int | None
    posts: int


def person_counts(viewer: Viewer, user: User, standing: Standing = STRANGERS) -> PersonCounts:
    """The numbers of `user`, to whom `viewer` stands so. No query."""
    own = viewer.pk == user.pk
    posts = _post_count(viewer, user, standing)
    if user.hides_counts and not own:
        return PersonCounts(None, None, posts)
    followers = max(0, user.follower_count - standing.hidden_followers)
    following = max(0, user.following_count - standing.hidden_following)
    return PersonCounts(followers, following, posts)


def close_friend_owners(viewer: Viewer, user_ids: Collection[int]) -> set[int]:
    """Which of these people have `viewer` on their list of close friends. One query; none for nobody."""
    if viewer.is_anonymous or not user_ids:
        return set()
    return set(CloseFriend.objects.filter(owner__in=user_ids, friend=viewer.pk).values_list("owner_id", flat=True))


def _post_count(viewer: Viewer, user: User, standing: Standing) -> int:
    """How many published posts `viewer` can find on the profile of `user`, from the counters alone."""
    if viewer.pk == user.pk:
        return user.own_post_count
    follows = standing.relationship is not None and standing.relationship.following
    if standing.relationship is not None and standing.relationship.blocking:
        return 0
    close = user.close_friend_post_count if standing.is_close else 0
    if user.is_private and not follows:
        return close
    return user.public_post_count + (user.follower_post_count if follows else 0) + close
