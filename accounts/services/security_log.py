from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.devices import device_name
from accounts.models import SecurityEvent, User
from core.models import new_id
from core.web.client_address import client_address

KEPT_DAYS = 180
AT_ONCE = 5000


def note_event(
    user: User, kind: SecurityEvent.Kind, *, request: HttpRequest | None = None, detail: str = ""
) -> SecurityEvent:
    """Write a line into the security log of `user`; without a `request` it has no address and no device."""
    return SecurityEvent.objects.create(
        id=new_id(user.pk),
        user=user,
        kind=kind,
        detail=detail[:200],
        address=client_address(request)[:45] if request else "",
        device=device_name(request.headers.get("User-Agent", "")) if request else "",
    )


def note_failed_login(name: str, *, address: str, device: str) -> SecurityEvent | None:
    """Write into the log of whoever has this name or e-mail address that a password was wrong; None for nobody."""
    known = User.objects.filter(Q(email__iexact=name) if "@" in name else Q(username=name.lower()), is_active=True)
    user = known.first()
    if user is None:
        return None
    return SecurityEvent.objects.create(
        id=new_id(user.pk), user=user, kind=SecurityEvent.Kind.LOGIN_FAILED, address=address, device=device
    )


def failed_logins(name: str, *, address: str, since: datetime) -> dict[str, int]:
    """How many wrong passwords there were since then, under the names of the limits that they count for. One query.

    Of the person with this name or e-mail address, from one network address, and both.
    """
    person = Q(user__email__iexact=name) if "@" in name else Q(user__username=name)
    here = Q(address=address[:45])
    lines = SecurityEvent.objects.filter(kind=SecurityEvent.Kind.LOGIN_FAILED, created_at__gte=since)
    counts = lines.filter(person | here).aggregate(
        both=Count("pk", filter=person & here), person=Count("pk", filter=person), here=Count("pk", filter=here)
    )
    return {
        "log-in by account and address": counts["both"],
        "log-in by account": counts["person"],
        "log-in by address": counts["here"],
    }


def wrong_codes(user: User, *, since: datetime) -> int:
    """How many wrong codes of a second factor were typed for this person since then."""
    lines = SecurityEvent.objects.filter(user=user, kind=SecurityEvent.Kind.CODE_FAILED, created_at__gte=since)
    return lines.count()


def forget_events() -> int:
    """Delete what is older than KEPT_DAYS, a few thousand rows at a time; returns how many those were."""
    old = SecurityEvent.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    total = 0
    while deleted := SecurityEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]:
        total += deleted
    return total
