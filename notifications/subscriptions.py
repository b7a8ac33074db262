"""Reading the browsers and apps that a person is told on."""

from accounts.models import User
from core.exceptions import NotFound
from notifications.models import PushSubscription


def subscriptions_of(user: User) -> list[PushSubscription]:
    """Those that are told something, newest first. One query."""
    return list(PushSubscription.objects.live().filter(user=user).order_by("-id"))


def get_subscription_for(viewer: User, subscription_id: int) -> PushSubscription:
    """The viewer's own; NotFound for one of somebody else, or one that is over."""
    found = PushSubscription.objects.live().filter(user=viewer, pk=subscription_id).first()
    if found is None:
        raise NotFound
    return found
