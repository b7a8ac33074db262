"""Which browsers and apps a person is told on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Coalesce

from accounts.models import AccessToken, App, Device, User
from core import rate_limits
from core.events import enqueue
from core.exceptions import Conflict, InvalidInput
from core.locks import wait_for_lock
from core.models import new_id
from core.outbound import AddressRefused, find_target
from core.push.encryption import AUTH_BYTES, from_base64url, public_key, to_base64url
from core.push.vapid import server_key
from core.text import clean_line
from notifications.models import Kind, PushSubscription
from notifications.subscriptions import get_subscription_for

MOST = 20  # of one person
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks, with what the subscription ends: one of a session's device, an app and a personal token."""

    device_id: int | None = None
    app_id: int | None = None
    token_id: int | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a browser's `PushSubscription.toJSON()` says: where to send, and the keys to encrypt with, in base64url."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.endpoint.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What it is told, and how; None leaves what was, or what is usual. `kinds` of every kind are all there are."""

    kinds: Sequence[str] | None = None
    shows_text: bool | None = None
    name: str | None = None


NO_WISHES = Wishes()


def subscribe(
    user: User, receiver: Receiver, origin: Origin, wishes: Wishes = NO_WISHES
) -> tuple[PushSubscription, bool]:
    """Tell `user` there from now on; returns whether it is new. The same endpoint, or browser, again is updated.

    One endpoint belongs to one person: whoever had it before is told there no more. Of more than MOST those go that
    were not used for the longest time. Conflict where push is off; InvalidInput for an endpoint that must not be asked,
    keys that are none, and kinds that there are not.
    """
    if server_key() is None:
        raise Conflict("Push is switched off on this site.", code="push_off")
    if origin == Origin():
        raise Conflict("Log in anew, so that this can end with your session.", code="session_unknown")
    changes = _changes(wishes)
    rate_limits.allow("push", str(user.pk))
    receiver = _checked(receiver)
    with transaction.atomic():
        wait_for_lock(f"notifications.endpoint:{receiver.digest}")
        wait_for_lock(f"notifications.subscriptions:{user.pk}")
        PushSubscription.objects.filter(digest=receiver.digest).exclude(user=user).delete()
        row, is_new = _keep(user, receiver, origin, changes)
        if is_new:
            _drop_oldest(user)
    return row, is_new


def change_subscription(actor: User, subscription_id: int, wishes: Wishes) -> PushSubscription:
    """NotFound for one of somebody else; InvalidInput as for `subscribe`."""
    changes = _changes(wishes)
    row = get_subscription_for(actor, subscription_id)
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        row.save(update_fields=list(changes))
    return row


def unsubscribe(actor: User, subscription_id: int) -> PushSubscription:
    """Tell nothing there any more. NotFound for one of somebody else."""
    row = get_subscription_for(actor, subscription_id)
    PushSubscription.objects.filter(pk=row.pk).delete()
    return row


def send_trial(actor: User, subscription_id: int) -> PushSubscription:
    """Send something there, to see whether it arrives."""
    row = get_subscription_for(actor, subscription_id)
    if server_key() is None:
        raise Conflict("Push is switched off on this site.", code="push_off")
    rate_limits.allow("push", str(actor.pk))
    with transaction.atomic():
        enqueue("notifications.push_trial", subscription_id=row.pk)
    return row


def end_subscriptions(user_id: int) -> None:
    """For an account that is closed: when it comes back, its browsers ask again."""
    PushSubscription.objects.filter(user=user_id).delete()


def forget_subscriptions() -> int:
    """Forget those whose session, app or token is over; returns how many."""
    living = PushSubscription.objects.live().values("pk")
    deleted, _ = PushSubscription.objects.exclude(pk__in=living).delete()
    return deleted


def _checked(receiver: Receiver) -> Receiver:
    """With its keys in their one spelling."""
    try:
        p256dh, auth = from_base64url(receiver.p256dh), from_base64url(receiver.auth)
        public_key(p256dh)
    except ValueError:
        p256dh = auth = b""
    if len(auth) != AUTH_BYTES:
        raise InvalidInput.field("keys", "These are no keys of a browser.", code="keys_invalid")
    try:
        find_target(receiver.endpoint)
    except AddressRefused:
        raise InvalidInput.field("endpoint", "Nothing can be sent to this address.", code="endpoint_refused") from None
    return Receiver(receiver.endpoint, to_base64url(p256dh), to_base64url(auth))


def _changes(wishes: Wishes) -> dict[str, object]:
    """The columns that `wishes` change."""
    changes: dict[str, object] = {}
    if wishes.kinds is not None:
        if unknown := set(wishes.kinds) - set(Kind.values):
            raise InvalidInput.field("kinds", f"There is no kind {min(unknown)!r}.", code="kind_unknown")
        chosen = [kind for kind in Kind.values if kind in wishes.kinds]
        changes["kinds"] = None if chosen == Kind.values else chosen
    if wishes.shows_text is not None:
        changes["shows_text"] = wishes.shows_text
    if wishes.name is not None:
        changes["name"] = clean_line(wishes.name)[:NAME_LENGTH]
    return changes


def _keep(user: User, receiver: Receiver, origin: Origin, changes: dict[str, object]) -> tuple[PushSubscription, bool]:
    own = PushSubscription.objects.filter(user=user)
    row = own.filter(digest=receiver.digest).first()
    if origin.device_id is not None:  # a browser has one endpoint at a time
        of_browser = own.filter(device=origin.device_id)
        row = row or of_browser.first()
        of_browser.exclude(pk=row.pk if row else 0).delete()
    is_new = row is None
    row = row or PushSubscription(id=new_id(user.pk), user=user, name=_name_of(origin))
    told = {
        "endpoint": receiver.endpoint,
        "digest": receiver.digest,
        "p256dh": receiver.p256dh,
        "auth": receiver.auth,
        "device_id": origin.device_id,
        "app_id": origin.app_id,
        "token_id": origin.token_id,
        "failures": 0,
    }
    for name, value in (told | changes).items():
        setattr(row, name, value)
    row.save(force_insert=is_new)
    return row, is_new


def _name_of(origin: Origin) -> str:
    """What it is called until its person says otherwise."""
    rows = (
        Device.objects.filter(pk=origin.device_id or 0),
        App.objects.filter(pk=origin.app_id or 0),
        AccessToken.objects.filter(pk=origin.token_id or 0),
    )
    return next((name[:NAME_LENGTH] for each in rows for name in each.values_list("name", flat=True)), "")


def _drop_oldest(user: User) -> None:
    """Those whose session is over first."""
    own = PushSubscription.objects.filter(user=user)
    newest = own.live().order_by(Coalesce("used_at", "created_at").desc())[:MOST]
    own.exclude(pk__in=[row.pk for row in newest]).delete()
