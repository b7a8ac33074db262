"""What stands around a person's feed: how much is new to them, and whom they may follow.

Kept in Valkey, people for SIDE_SECONDS. Both die at once when the person's relations change, and when anybody goes out
of sight.
"""

from dataclasses import dataclass

from django.template.loader import render_to_string

from accounts.epochs import lasting_epoch, read_kept
from accounts.models import User
from accounts.snapshots import EPOCH, SIDE_SECONDS, load_user, side_key, viewer_key
from accounts.unread import read_unread, unread_key, unread_of
from core.ready import Key, store, take_leases
from core.valkey import Command, valkey, when_away
from feeds.suggestions import suggestions_for
from feeds.web.gaps import GAPS, Asked
from feeds.web.people import suggested_cards


@dataclass(frozen=True, slots=True)
class Side:
    """`suggested` is HTML with gaps, b"" for nobody; `unread` how much is new to the person."""

    unread: int
    suggested: bytes


NO_SIDE = Side(0, b"")


def ask_side(user_id: int) -> list[Command]:
    """The commands whose answers `read_side` understands."""
    return [("GET", side_key(user_id)), ("GET", unread_key(user_id)), ("GET", EPOCH)]


def read_side(kept: bytes | None, unread: bytes | None, epoch: bytes | None) -> Side | None:
    """The side as it is kept, if all of it is, and of this epoch."""
    suggested, count = read_kept(kept, epoch), read_unread(unread, epoch)
    return None if suggested is None or count is None else Side(count, suggested)


def side_for(user: User) -> Side:
    """The side of this person's pages, made if need be, with eight queries at most.

    On the way whoever this is becomes known to the express way.
    """
    away: list[bytes | None] = [None, None, None]
    kept, epoch, viewer = when_away(lambda: _read(side_key(user.pk), EPOCH, viewer_key(user.pk)), away)
    if viewer is None:
        load_user(user.pk)
    suggested = read_kept(kept, epoch)
    if suggested is None:
        suggested = _make(user, epoch)
    return Side(unread_of(user), suggested)  # counted last, in the epoch that may have begun just now


def _make(user: User, epoch: bytes | None) -> bytes:
    wanted = [side_key(user.pk), *([] if epoch else [EPOCH])]
    nothing: dict[Key, bytes] = {}
    leases = when_away(lambda: take_leases(wanted), nothing)
    suggested = _suggested(user)
    when_away(lambda: _keep(user, suggested, epoch, leases), None)
    return suggested


def _keep(user: User, suggested: bytes, epoch: bytes | None, leases: dict[Key, bytes]) -> None:
    if lasting := lasting_epoch(epoch, leases):
        store({side_key(user.pk): b"%b\n%b" % (lasting, suggested)}, leases, seconds=SIDE_SECONDS)


def _suggested(user: User) -> bytes:
    people = suggested_cards(user, suggestions_for(user))
    if not people:
        return b""
    page = {"people": people, "request": Asked(), "csrf_token": GAPS["c"]}
    return render_to_string("feeds/_suggested.html", page).encode()


def _read(*keys: Key) -> list[bytes | None]:
    return valkey().mget(keys)  # type: ignore[return-value]
