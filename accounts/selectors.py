"""Reading people and their relations; each function makes a constant number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AccessToken, Block, Device, Follow, Invitation, Mute, SecurityEvent, User
from accounts.querysets import Viewer
from accounts.sessions import SessionStore
from core.exceptions import NotFound
from core.paging import Page, page_by_id


@dataclass(frozen=True, slots=True)
class Relationship:
    """How the viewer stands to one other person."""

    following: bool
    requested: bool
    followed_by: bool
    blocking: bool
    muting: bool
    close_friend: bool = False


def relationships(viewer: Viewer, ids: Collection[int]) -> dict[int, Relationship]:
    """The viewer's relationship to each of `ids` but the viewer. Four queries; none for nobody."""
    if viewer.is_anonymous or not set(ids) - {viewer.pk}:
        return {}
    mine = dict(Follow.objects.filter(follower=viewer.pk, followee__in=ids).values_list("followee_id", "state"))
    followers = Follow.objects.filter(followee=viewer.pk, follower__in=ids, state=Follow.State.ACCEPTED)
    theirs = set(followers.values_list("follower_id", flat=True))
    blocked = set(Block.objects.filter(blocker=viewer.pk, blocked__in=ids).values_list("blocked_id", flat=True))
    muted = set(Mute.objects.filter(muter=viewer.pk, muted__in=ids).values_list("muted_id", flat=True))
    return {
        pk: Relationship(
            following=mine.get(pk) == Follow.State.ACCEPTED,
            requested=mine.get(pk) == Follow.State.REQUESTED,
            followed_by=pk in theirs,
            blocking=pk in blocked,
            muting=pk in muted,
        )
        for pk in set(ids) - {viewer.pk}
    }


def can_see_posts_of(viewer: Viewer, person: User) -> bool:
    """Whether the account as a whole is open to `viewer`; single posts have their own audience on top."""
    if viewer.is_anonymous:
        return not person.is_private
    if viewer.pk == person.pk:
        return True
    if Block.objects.filter(blocker=viewer.pk, blocked=person).exists():
        return False
    return not person.is_private or is_follower(viewer, person)


def is_follower(viewer: Viewer, person: User) -> bool:
    return Follow.objects.filter(follower=viewer.pk, followee=person, state=Follow.State.ACCEPTED).exists()


def followers_page(viewer: Viewer, person: User, *, cursor: str, limit: int) -> Page[User]:
    """Who follows `person`, newest first. NotFound when the account is closed to `viewer`."""
    _require_open(viewer, person)
    follows = Follow.objects.filter(followee=person, state=Follow.State.ACCEPTED, follower__in=_listable(viewer))
    return _people(follows.select_related("follower"), "follower", "followers", cursor, limit)


def following_page(viewer: Viewer, person: User, *, cursor: str, limit: int) -> Page[User]:
    """Whom `person` follows, newest first. NotFound when the account is closed to `viewer`."""
    _require_open(viewer, person)
    follows = Follow.objects.filter(follower=person, state=Follow.State.ACCEPTED, followee__in=_listable(viewer))
    return _people(follows.select_related("followee"), "followee", "following", cursor, limit)


def follow_requests_page(person: User, *, cursor: str, limit: int) -> Page[User]:
    requests = Follow.objects.filter(followee=person, state=Follow.State.REQUESTED, follower__is_active=True)
    return _people(requests.select_related("follower"), "follower", "requests", cursor, limit)


def follow_request_count(person: User) -> int:
    return Follow.objects.filter(followee=person, state=Follow.State.REQUESTED, follower__is_active=True).count()


def blocks_page(person: User, *, cursor: str, limit: int) -> Page[User]:
    blocks = Block.objects.filter(blocker=person, blocked__is_active=True)
    return _people(blocks.select_related("blocked"), "blocked", "blocks", cursor, limit)


def mutes_page(person: User, *, cursor: str, limit: int) -> Page[User]:
    mutes = Mute.objects.filter(muter=person, muted__in=User.objects.visible_to(person))
    return _people(mutes.select_related("muted"), "muted", "mutes", cursor, limit)


def suggested_people(viewer: Viewer, limit: int = 6) -> list[User]:
    """Open accounts with posts that `viewer` does not follow yet, the most followed first."""
    known = Follow.objects.filter(follower=viewer.pk).values("followee")
    people = _listable(viewer).filter(is_private=False, public_post_count__gt=0)
    if viewer.pk is not None:
        people = people.exclude(pk=viewer.pk)
    return list(people.exclude(pk__in=known).order_by("-follower_count", "-id")[:limit])


def _require_open(viewer: Viewer, person: User) -> None:
    if not can_see_posts_of(viewer, person):
        raise NotFound


def _listable(viewer: Viewer) -> QuerySet[User]:
    return User.objects.visible_to(viewer).without_blocked_by(viewer)


def _people(
    rows: "QuerySet[Follow] | QuerySet[Block] | QuerySet[Mute]", role: str, kind: str, cursor: str, limit: int
) -> Page[User]:
    page = page_by_id(cast("QuerySet[Follow]", rows), kind=kind, cursor=cursor, limit=limit)
    return Page([getattr(row, role) for row in page.items], page.next_cursor)


def devices_of(person: User) -> list[Device]:
    """Where `person` is logged in now, the last used first. Two queries.

    A session of before the last change of the password has no device here: it lets nobody in.
    """
    rows = SessionStore.get_model_class().objects.filter(expire_date__gt=timezone.now())
    open_ones = rows.filter(session_key__in=Device.objects.filter(user=person).exclude(session=None).values("session"))
    store, stamp = SessionStore(), person.get_session_auth_hash()
    kept = {row.session_key: store.decode(row.session_data) for row in open_ones}
    good = [
        name
        for name, session in kept.items()
        if (session.get(SESSION_KEY), session.get(HASH_SESSION_KEY)) == (str(person.pk), stamp)
    ]
    return list(Device.objects.filter(user=person, session__in=good).order_by("-used_at", "-id"))


def security_events_page(person: User, *, cursor: str, limit: int) -> Page[SecurityEvent]:
    return page_by_id(SecurityEvent.objects.filter(user=person), kind="security", cursor=cursor, limit=limit)


def tokens_of(person: User) -> list[AccessToken]:
    """The live ones, newest first."""
    return list(AccessToken.objects.live().filter(user=person).order_by("-id"))


def invitations_page(person: User, *, cursor: str, limit: int) -> Page[Invitation]:
    return page_by_id(Invitation.objects.filter(inviter=person), kind="invitations", cursor=cursor, limit=limit)
