from django.http import HttpRequest

from accounts.devices import device_name
from accounts.models import SecurityEvent, User
from core.models import new_id
from core.web.client_address import client_address


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
