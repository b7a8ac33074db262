"""How much room a person's originals take, and whether there is room for more."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q, Sum

from accounts.models import User
from core.exceptions import QuotaExceeded
from core.sizes import size_text
from photos.models import Media, OriginalCopy


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of one person: bytes and number of originals, their copies that are right, that are damaged,
    and when the one that was longest not looked at was last found right (None without copies).
    """

    used_bytes: int
    quota_bytes: int | None
    originals: int
    copies: int
    damaged: int
    oldest_check: datetime | None


def used_bytes(user: User) -> int:
    """Bytes of all originals of `user`, those in the trash too. One query over the index of the owner's media."""
    total: int | None = Media.objects.filter(owner=user).aggregate(total=Sum("bytes"))["total"]
    return int(total or 0)


def quota_of(user: User) -> int | None:
    """How many bytes of originals `user` may keep; None is without limit. A quota of their own goes first."""
    quota = settings.QUOTA_BYTES if user.quota_bytes is None else user.quota_bytes
    return quota or None


def check_room(user: User, bytes: int) -> None:
    """QuotaExceeded when `bytes` more would be too many.

    Parallel uploads are counted right only while the caller holds the row of `user`.
    """
    quota = quota_of(user)
    if quota is None:
        return
    used = used_bytes(user)
    if used + bytes > quota:
        raise QuotaExceeded(
            f"There is no room for this file: {size_text(used)} of your {size_text(quota)} are used. "
            "Deleting posts makes room once they have left the trash."
        )


def keeping_of(user: User) -> Keeping:
    """Two queries over what `user` owns."""
    good = Q(damaged_at__isnull=True)
    copies = OriginalCopy.objects.filter(media__owner=user).aggregate(
        good=Count("pk", filter=good), all=Count("pk"), oldest=Min("verified_at", filter=good)
    )
    media = Media.objects.filter(owner=user).aggregate(bytes=Sum("bytes"), count=Count("pk"))
    return Keeping(
        used_bytes=int(media["bytes"] or 0),
        quota_bytes=quota_of(user),
        originals=media["count"],
        copies=copies["good"],
        damaged=copies["all"] - copies["good"],
        oldest_check=copies["oldest"],
    )
