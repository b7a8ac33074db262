"""Values that die at once when anybody goes out of sight: they are kept with the epoch in which they were made."""

import secrets

from accounts.snapshots import EPOCH, SNAPSHOT_SECONDS
from core.ready import Key, store

EPOCH_SECONDS = 30 * SNAPSHOT_SECONDS


def lasting_epoch(epoch: bytes | None, leases: dict[Key, bytes]) -> bytes | None:
    """The epoch to keep a value with: the one there was, or a new one if the lease on it is among these; else None.

    RedisError when Valkey is away.
    """
    if EPOCH not in leases:
        return epoch
    begun = secrets.token_hex(8).encode()
    return begun if store({EPOCH: begun}, leases, seconds=EPOCH_SECONDS) else None


def read_kept(kept: bytes | None, epoch: bytes | None) -> bytes | None:
    """What was kept as the epoch, a line feed and a value, if it is of this epoch."""
    if not kept or not epoch:
        return None
    made_in, _, value = kept.partition(b"\n")
    return value if made_in == epoch else None
