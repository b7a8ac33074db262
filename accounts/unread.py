"""How much is new to a person, as the mark beside Activity says it on every page: kept in Valkey.

What there is to count, an app above knows: it says how (`count_with`), and forgets the number when it is another.
"""

from collections.abc import Callable

from accounts.epochs import lasting_epoch, read_kept
from accounts.models import User
from accounts.snapshots import EPOCH
from core.ready import Key, forget, store, take_leases
from core.valkey import valkey, when_away

UNREAD_SECONDS = 3600
MOST_UNREAD = 100  # more is not counted, and reads as 99+

Counter = Callable[[User], int]
_counters: list[Counter] = []


def unread_key(user_id: int) -> Key:
    """The epoch in which it was counted, and the number."""
    return b"unread:%d" % user_id


def count_with(counter: Counter) -> None:
    """From now on this says how much is new to a person, MOST_UNREAD at most, with one query."""
    _counters[:] = [counter]


def forget_unread(*user_ids: int) -> None:
    """Call inside the transaction that changes what is new to these people."""
    forget(*map(unread_key, user_ids))


def read_unread(kept: bytes | None, epoch: bytes | None) -> int | None:
    """The number as it is kept under its key, if it is of this epoch."""
    value = read_kept(kept, epoch)
    return None if value is None else int(value)


def unread_of(user: User) -> int:
    """How much is new to this person, counted if need be; without Valkey counted each time."""
    away: list[bytes | None] = [None, None]
    kept, epoch = when_away(lambda: _read(unread_key(user.pk), EPOCH), away)
    known = read_unread(kept, epoch)
    return _count(user, epoch) if known is None else known


def unread_label(count: int) -> str:
    """As people read it: 3, 99+; "" for nothing."""
    if count >= MOST_UNREAD:
        return f"{MOST_UNREAD - 1}+"
    return str(count) if count else ""


def _count(user: User, epoch: bytes | None) -> int:
    wanted = [unread_key(user.pk), *([] if epoch else [EPOCH])]
    nothing: dict[Key, bytes] = {}
    leases = when_away(lambda: take_leases(wanted), nothing)
    count = sum(counter(user) for counter in _counters)
    when_away(lambda: _keep(user, count, epoch, leases), None)
    return count


def _keep(user: User, count: int, epoch: bytes | None, leases: dict[Key, bytes]) -> None:
    if lasting := lasting_epoch(epoch, leases):
        store({unread_key(user.pk): b"%b\n%d" % (lasting, count)}, leases, seconds=UNREAD_SECONDS)


def _read(*keys: Key) -> list[bytes | None]:
    return valkey().mget(keys)  # type: ignore[return-value]
