"""Sending news to the browsers and apps of a person, at once; by a worker, and once for each.

The push service sees who sends and how much, never what: messages are encrypted for the browser (`core.push`).
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

import orjson
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from core.events import enqueue_later
from core.outbound import AddressRefused, NoAnswer, find_target, post
from core.push.encryption import encrypt, from_base64url, to_base64url
from core.push.vapid import authorization, server_key
from core.times import seconds_wanted
from core.valkey import valkey, when_away
from notifications.models import Kind, Notification, PushSubscription
from notifications.push_words import Message, message_of, trial
from notifications.untold import unread_note

TRIES = 5
SECONDS = 5.0  # for one push, all together
FIRST_PAUSE, LONGEST_PAUSE = 60, 24 * 3600  # seconds
TTL = 3 * 24 * 3600  # seconds that a push service keeps what a browser that is off has not fetched
REMEMBERED_SECONDS = 4 * 24 * 3600  # longer than the last try can be
MOST_FAILURES, FAILING_DAYS = 8, 3
_SLEEPY = (Kind.LIKE, Kind.COMMENT_LIKE, Kind.UPLOAD_DONE)

logger = logging.getLogger(__name__)


def push(notification_id: int, *, subscription_id: int | None = None, tried: int = 0) -> None:
    """Tell the recipient's devices, or one of them, unless it was read or may no longer be seen.

    A device to which it could not be sent is tried again later, TRIES times in all.
    """
    if server_key() is None:
        return
    note = unread_note(notification_id)
    if note is None or note.created_at < timezone.now() - timedelta(seconds=TTL):
        return
    devices = PushSubscription.objects.live().filter(user=note.recipient_id)
    if subscription_id is not None:
        devices = devices.filter(pk=subscription_id)
    for device in devices:
        if device.kinds is None or note.kind in device.kinds:
            _push_to(device, note, tried)


def push_trial(subscription_id: int) -> None:
    """Show that messages arrive there; not tried again."""
    device = PushSubscription.objects.live().filter(pk=subscription_id).first()
    if device is not None and server_key() is not None:
        _deliver(device, trial())


def _push_to(device: PushSubscription, note: Notification, tried: int) -> None:
    pause = when_away(lambda: valkey().ttl(_pause_key(device)), 0)
    if pause > 0:
        _try_later(device, note, tried, pause)
        return
    key = f"push:{note.pk}:{device.pk}"
    if not _is_first(key):
        return
    pause = _deliver(device, message_of(note, shows_text=device.shows_text))
    if pause:
        when_away(lambda: valkey().delete(key), 0)
        _try_later(device, note, tried, pause)


def _try_later(device: PushSubscription, note: Notification, tried: int, seconds: int) -> None:
    if tried + 1 < TRIES:
        names = {"notification_id": note.pk, "subscription_id": device.pk}
        enqueue_later("notifications.push", seconds=seconds, tried=tried + 1, **names)


def _deliver(device: PushSubscription, message: Message) -> int:
    """Send it, and keep what became of it; returns after how many seconds to try again, 0 for never."""
    status, headers = _send(device, message)
    rows = PushSubscription.objects.filter(pk=device.pk)
    if 200 <= status < 300:
        rows.update(used_at=timezone.now(), failures=0)
        return 0
    if status in (404, 410):
        rows.delete()
        return 0
    logger.warning("a push failed", extra={"subscription": device.pk, "status": status})
    if _is_dead(device):
        rows.delete()
        return 0
    rows.update(failures=F("failures") + 1)
    if status and status != 429 and status < 500:
        return 0
    pause = _pause_after(device, headers.get("retry-after", ""))
    when_away(lambda: valkey().set(_pause_key(device), b"1", ex=pause), None)
    return pause


def _send(device: PushSubscription, message: Message) -> tuple[int, Mapping[str, str]]:
    """The status and headers of the push service; 0 when there was no answer."""
    keys = {"p256dh": from_base64url(device.p256dh), "auth": from_base64url(device.auth)}
    try:
        target = find_target(device.endpoint)
        headers = {
            "Authorization": authorization(target.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL),
            "Topic": _topic(message.tag),
            "Urgency": "low" if message.kind in _SLEEPY else "normal",
        }
        answer = post(target, encrypt(orjson.dumps(message.payload), **keys), headers, seconds=SECONDS)
    except (AddressRefused, NoAnswer):
        return 0, {}
    return answer.status, answer.headers


def _is_dead(device: PushSubscription) -> bool:
    """Whether this failure is one of many in a row, over days."""
    since = device.used_at or device.created_at
    return device.failures + 1 >= MOST_FAILURES and since < timezone.now() - timedelta(days=FAILING_DAYS)


def _pause_after(device: PushSubscription, wanted: str) -> int:
    """Seconds: what the push service asks for, and longer after each failure in a row."""
    usual: int = FIRST_PAUSE * 4 ** min(device.failures, 8)
    return min(max(usual, seconds_wanted(wanted)), LONGEST_PAUSE)


def _topic(tag: str) -> str:
    """What replaces an earlier message that waits; 32 signs that tell the push service nothing of the post."""
    return to_base64url(salted_hmac("notifications.topic", tag, algorithm="sha256").digest()[:24])


def _pause_key(device: PushSubscription) -> str:
    return f"push:pause:{device.pk}"


def _is_first(key: str) -> bool:
    """Whether nobody has sent this: the outbox may give a task out twice. Without Valkey rather twice than not."""
    try:
        return bool(valkey().set(key, b"1", nx=True, ex=REMEMBERED_SECONDS))
    except (RedisError, OSError):
        return True
