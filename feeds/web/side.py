"""What stands around a person's feed: whom they may follow, and how many people ask to follow them.

Kept in Valkey for SIDE_SECONDS. It dies at once when the person's relations change, and when anybody goes out of sight.
"""

import secrets
from dataclasses import dataclass

from django.template.loader import render_to_string

from accounts.models import User
from accounts.selectors import follow_request_count
from accounts.snapshots import EPOCH, SIDE_SECONDS, SNAPSHOT_SECONDS, load_user, side_key, viewer_key
from core.ready import Key, store, take_leases
from core.valkey import valkey, when_away
from feeds.suggestions import suggestions_for
from feeds.web.gaps import GAPS, Asked
from feeds.web.people import suggested_cards

EPOCH_SECONDS = 30 * SNAPSHOT_SECONDS


@dataclass(frozen=True, slots=True)
class Side:
    """`suggested` is HTML with gaps, b"" for nobody; `requests` how many ask to follow."""

    requests: int
    suggested: bytes


NO_SIDE = Side(0, b"")


def read_side(kept: bytes | None, epoch: bytes | None) -> Side | None:
    """The side as it is kept under its key, if it is of this epoch."""
    if not kept or not epoch:
        return None
    made_in, requests, suggested = kept.split(b"\n", 2)
    return Side(int(requests), suggested) if made_in == epoch else None


def side_for(user: User) -> Side:
    """The side of this person's pages, made if need be, with eight queries at most.

    On the way whoever this is becomes known to the express way.
    """
    away: list[bytes | None] = [None, None, None]
    kept, epoch, viewer = when_away(lambda: _read(side_key(user.pk), EPOCH, viewer_key(user.pk)), away)
    if viewer is None:
        load_user(user.pk)
    return read_side(kept, epoch) or _make(user, epoch)


def _make(user: User, epoch: bytes | None) -> Side:
    wanted = [side_key(user.pk), *([] if epoch else [EPOCH])]
    nothing: dict[Key, bytes] = {}
    leases = when_away(lambda: take_leases(wanted), nothing)
    side = Side(follow_request_count(user), _suggested(user))
    when_away(lambda: _keep(user, side, epoch, leases), None)
    return side


def _keep(user: User, side: Side, epoch: bytes | None, leases: dict[Key, bytes]) -> None:
    if EPOCH in leases:
        epoch = secrets.token_hex(8).encode()
        if not store({EPOCH: epoch}, leases, seconds=EPOCH_SECONDS):
            return
    if epoch:
        value = b"%b\n%d\n%b" % (epoch, side.requests, side.suggested)
        store({side_key(user.pk): value}, leases, seconds=SIDE_SECONDS)


def _suggested(user: User) -> bytes:
    people = suggested_cards(user, suggestions_for(user))
    if not people:
        return b""
    page = {"people": people, "request": Asked(), "csrf_token": GAPS["c"]}
    return render_to_string("feeds/_suggested.html", page).encode()


def _read(*keys: Key) -> list[bytes | None]:
    return valkey().mget(keys)  # type: ignore[return-value]
