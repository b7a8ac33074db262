"""Reading people and their relations; each function makes a constant number of queries."""

from typing import TypeVar

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count, Model, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.access import id_of_name
from accounts.matching import begins_with, spelled_nearly
from accounts.models import (
    AccessToken,
    App,
    AppPermission,
    Block,
    CloseFriend,
    Device,
    Follow,
    Invitation,
    Mute,
    RelationImport,
    Restriction,
    SecurityEvent,
    User,
)
from accounts.querysets import Viewer
from accounts.sessions import SessionStore
from accounts.standings import carry, known_standings, with_standing
from core.exceptions import NotFound
from core.paging import Page, decode_cursor, encode_cursor, page_by_id

ModelT = TypeVar("ModelT", bound=Model)


def can_see_posts_of(viewer: Viewer, person: User) -> bool:
    """Whether the account as a whole is open to `viewer`; single posts have their own audience on top.

    One query, or none if `person` was loaded with how the viewer stands to them.
    """
    if viewer.pk == person.pk:
        return True
    relationship = known_standings(viewer, [person])[person.pk].relationship
    if relationship is None:
        return not person.is_private
    return not relationship.blocking and (relationship.following or not person.is_private)


def followers_page(viewer: Viewer, username: str, *, cursor: str, limit: int, typed: str = "") -> Page[User]:
    """Who follows the person of that name, newest first; of them those whom `typed` finds.

    NotFound when there is no such person, or their list is not for `viewer`. One query if there is anybody, else two;
    and one for what is typed.
    """
    account, follows = _follows(viewer, username, of="followee", role="follower")
    page = _people(begins_with(follows, typed, person="follower"), viewer, "follower", "followers", cursor, limit)
    return _if_open(page, account)


def following_page(viewer: Viewer, username: str, *, cursor: str, limit: int, typed: str = "") -> Page[User]:
    """The same of whom the person follows."""
    account, follows = _follows(viewer, username, of="follower", role="followee")
    page = _people(begins_with(follows, typed, person="followee"), viewer, "followee", "following", cursor, limit)
    return _if_open(page, account)


def follow_requests_page(person: User, *, cursor: str, limit: int) -> Page[User]:
    """Who asks to follow `person`, the newest first."""
    return _people(_requests_to(person).select_related("follower"), person, "follower", "requests", cursor, limit)


def follow_request_count(person: User) -> int:
    return _requests_to(person).count()


def sent_requests_page(person: User, *, cursor: str, limit: int) -> Page[User]:
    """Whom `person` has asked to follow and who has not answered yet, the newest first."""
    requests = Follow.objects.filter(
        follower=person, state=Follow.State.REQUESTED, followee__in=User.objects.visible_to(person)
    )
    return _people(requests.select_related("followee"), person, "followee", "sent-requests", cursor, limit)


def blocks_of(person: User) -> QuerySet[Block]:
    return Block.objects.filter(blocker=person, blocked__is_active=True).select_related("blocked")


def mutes_of(person: User) -> QuerySet[Mute]:
    """Those in force, of people whom `person` may know of."""
    mutes = Mute.objects.in_force().filter(muter=person, muted__in=User.objects.visible_to(person))
    return mutes.select_related("muted")


def blocks_page(person: User, *, cursor: str, limit: int, typed: str = "") -> Page[User]:
    return _people(begins_with(blocks_of(person), typed, person="blocked"), person, "blocked", "blocks", cursor, limit)


def mutes_page(person: User, *, cursor: str, limit: int, typed: str = "") -> Page[Mute]:
    """The mutes with their people loaded, the newest first."""
    mutes = with_standing(begins_with(mutes_of(person), typed, person="muted"), person, person="muted")
    page = page_by_id(mutes, kind="mutes", cursor=cursor, limit=limit)
    carry((mute.muted, mute) for mute in page.items)
    return page


def restrictions_page(person: User, *, cursor: str, limit: int, typed: str = "") -> Page[User]:
    rows = Restriction.objects.filter(owner=person, restricted__in=User.objects.visible_to(person))
    found = begins_with(rows.select_related("restricted"), typed, person="restricted")
    return _people(found, person, "restricted", "restrictions", cursor, limit)


def close_friends_page(person: User, *, cursor: str, limit: int, typed: str = "") -> Page[User]:
    rows = CloseFriend.objects.filter(owner=person, friend__in=User.objects.visible_to(person))
    found = begins_with(rows.select_related("friend"), typed, person="friend")
    return _people(found, person, "friend", "close-friends", cursor, limit)


def follows_of(person: User) -> QuerySet[Follow]:
    """The accepted follows of `person` to people of whom they may know."""
    follows = Follow.objects.filter(follower=person, state=Follow.State.ACCEPTED)
    return follows.filter(followee__in=User.objects.visible_to(person)).select_related("followee")


def latest_import(person: User) -> RelationImport | None:
    """Without its rows."""
    return RelationImport.objects.filter(owner=person).defer("rows").order_by("-id").first()


def is_restricting(person: User, other: User) -> bool:
    return Restriction.objects.filter(owner=person, restricted=other).exists()


def mute_in_force(person: User, other: User) -> Mute | None:
    return Mute.objects.in_force().filter(muter=person, muted=other).first()


def find_acquaintances(person: User, typed: str, limit: int = 20) -> list[User]:
    """People whom `typed` finds among those `person` follows or is followed by, and whoever has just this username."""
    if not typed.strip():
        return []
    accepted = Follow.objects.filter(state=Follow.State.ACCEPTED)
    near = Q(pk__in=accepted.filter(follower=person).values("followee"))
    near |= Q(pk__in=accepted.filter(followee=person).values("follower"))
    known = _listable(person).exclude(pk=person.pk)
    named = list(known.filter(username=typed.strip().lstrip("@").lower().replace("\0", "")))
    found = begins_with(known.filter(near), typed).exclude(pk__in=[user.pk for user in named])
    return [*named, *found.order_by("username")[: limit - len(named)]]


def search_people(viewer: Viewer, typed: str, *, cursor: str, limit: int) -> Page[User]:
    """Whom `typed` finds: first who has just this username, then who has been here longest. Three queries."""
    people = with_standing(User.objects.searchable_by(viewer), viewer)
    username = typed.strip().lstrip("@").lower().replace("\0", "")
    last = decode_cursor("people", cursor, 1)[0] if cursor else 0
    named = [] if cursor else list(people.filter(username=username))
    found = begins_with(people.exclude(username=username).filter(pk__gt=last), typed)
    others = list(found.order_by("pk")[: limit + 1 - len(named)])
    shown = [*named, *others][:limit]
    is_last = len(named) + len(others) <= limit
    return Page(shown, "" if is_last else encode_cursor("people", 0 if shown == named else shown[-1].pk))


def near_people(viewer: Viewer, typed: str, limit: int) -> list[User]:
    """Whose names are spelled nearly as `typed`, those whom many follow first. Two queries."""
    found = spelled_nearly(User.objects.searchable_by(viewer), typed)
    return list(found.order_by("-follower_count", "pk")[:limit])


def _follows(viewer: Viewer, username: str, *, of: str, role: str) -> tuple[QuerySet[User], QuerySet[Follow]]:
    """The account of that name if its lists are open to `viewer`, and its follows with the people in the other role."""
    account = User.objects.with_open_lists(viewer).filter(pk=id_of_name(username))
    own = isinstance(viewer, User) and viewer.username == username.lower()
    people = {of: Subquery(account.values("pk")), f"{role}__in": _listable(viewer, own=own)}
    return account, Follow.objects.filter(state=Follow.State.ACCEPTED, **people).select_related(role)


def _if_open(page: Page[User], account: QuerySet[User]) -> Page[User]:
    if not page.items and not account.exists():
        raise NotFound
    return page


def _listable(viewer: Viewer, *, own: bool = False) -> QuerySet[User]:
    """Whom lists show to `viewer`; in lists of one's `own` also people muted, to be able to let go of them."""
    people = User.objects.visible_to(viewer).without_blocked_by(viewer)
    return people if own else people.without_muted_by(viewer)


def _requests_to(person: User) -> QuerySet[Follow]:
    return Follow.objects.filter(followee=person, state=Follow.State.REQUESTED, follower__is_active=True)


def _people(rows: QuerySet[ModelT], viewer: Viewer, role: str, kind: str, cursor: str, limit: int) -> Page[User]:
    """The people in a role of `rows`, loaded with them, and how `viewer` stands to each. One query."""
    page = page_by_id(with_standing(rows, viewer, person=role), kind=kind, cursor=cursor, limit=limit)
    return Page(carry((getattr(row, role), row) for row in page.items), page.next_cursor)


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


def app_permissions_of(person: User) -> list[AppPermission]:
    """What this person lets apps do, each app loaded, the newest first."""
    return list(AppPermission.objects.filter(user=person).select_related("app").order_by("-pk"))


def apps_of(person: User) -> list[App]:
    """Those that this person registered, newest first; each has `people`, how many let it act."""
    return list(App.objects.filter(user=person).annotate(people=Count("permissions")).order_by("-pk"))


def invitations_page(person: User, *, cursor: str, limit: int) -> Page[Invitation]:
    return page_by_id(Invitation.objects.filter(inviter=person), kind="invitations", cursor=cursor, limit=limit)
