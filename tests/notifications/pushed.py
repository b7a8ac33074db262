"""Browsers that were subscribed, and news for them."""

from accounts.models import User
from core.models import new_id
from notifications.models import Kind, Notification, PushSubscription
from notifications.services.subscribing import NO_WISHES, Origin, Receiver, Wishes, subscribe
from tests.factories import make_session_device
from tests.push_service import Device, PushService


def told_on(user: User, service: PushService, wishes: Wishes = NO_WISHES) -> Device:
    """A browser of this person, logged in and subscribed."""
    device = Device(service)
    add(user, device, wishes)
    return device


def add(user: User, device: Device, wishes: Wishes = NO_WISHES, origin: Origin | None = None) -> PushSubscription:
    receiver = Receiver(device.endpoint, **device.keys)
    session = origin or Origin(device_id=make_session_device(user).pk)
    return subscribe(user, receiver, session, wishes)[0]


def note(recipient: User, kind: str = Kind.FOLLOW, **fields: object) -> Notification:
    """Something that was told, whether or not it still holds; a NOTICE always does."""
    return Notification.objects.create(id=new_id(recipient.pk), recipient=recipient, kind=kind, **fields)


def notice(recipient: User, text: str = "Your appeal was heard.") -> Notification:
    return note(recipient, Kind.NOTICE, text=text, address="/activity/")
