"""Sending one post to one account elsewhere: a try, and what comes of it.

A row is claimed by compare-and-set, so that of two workers one sends. What a worker has left in the middle is found by
the sweep; whether it stands there is not known then, and only networks that would not post it twice are asked again.
"""

import logging
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.signals import person_told
from core.events import enqueue, enqueue_later
from sharing.access import public_post
from sharing.accounts_elsewhere import account_of
from sharing.models import Connection, CrossPost
from sharing.networks import CONNECTORS
from sharing.networks.base import (
    Account,
    Delivery,
    NetworkError,
    NotKnown,
    Refused,
    Sent,
    TokenExpired,
    TokenRefused,
    TryLater,
)
from sharing.publications import publication_of
from sharing.querysets import CrossPostQuerySet
from sharing.services.connections import renewed

TRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = 60, 6 * 3600  # seconds; each is four times the one before
STUCK = timedelta(minutes=40)  # longer than a try can take
LATE = timedelta(minutes=10)  # after which a task that should have run is taken for lost
AT_ONCE = 500
_RELATED = ("connection",)
DOUBT = CrossPost.DOUBT

State = CrossPost.State
logger = logging.getLogger(__name__)


def send(cross_post_id: int) -> None:
    """Try it, if it waits and its time has come. Never raises for what a network does."""
    row = _claim(cross_post_id)
    if row is None:
        return
    delivery = None
    try:
        with tempfile.TemporaryDirectory(prefix="cross-post-") as folder:
            account, delivery = _prepare(row, Path(folder))
            sent = _publish(row, account, delivery)
    except NetworkError as error:
        _settle(row, _meaning(error, delivery))
    except Exception:
        logger.exception("a cross-post broke", extra={"cross_post": row.pk, "network": row.connection.network})
        _settle(row, _meaning(TryLater("broken", "Something went wrong on this site."), delivery))
    else:
        _finish(row, sent)


def sweep() -> None:
    """Queue what should have gone long ago; settle what was left in the middle of a try."""
    now = timezone.now()
    left = CrossPost.objects.filter(state=State.SENDING, begun_at__lt=now - STUCK)
    for row in left.select_related(*_RELATED)[:AT_ONCE]:
        _settle(row, NotKnown())
    late = CrossPost.objects.filter(state=State.WAITING, next_try_at__lt=now - LATE)
    with transaction.atomic():
        ids = list(late.order_by("next_try_at").values_list("pk", flat=True)[:AT_ONCE])
        CrossPost.objects.filter(pk__in=ids, state=State.WAITING).update(next_try_at=now)
        for row_id in ids:
            enqueue("sharing.send", cross_post_id=row_id)


def _claim(cross_post_id: int) -> CrossPost | None:
    """The row, if it is this call that sends it."""
    now = timezone.now()
    due = CrossPost.objects.filter(pk=cross_post_id, state=State.WAITING, next_try_at__lte=now)
    if not due.update(state=State.SENDING, begun_at=now, tries=F("tries") + 1):
        return None
    return CrossPost.objects.select_related(*_RELATED).get(pk=cross_post_id)


def _prepare(row: CrossPost, folder: Path) -> tuple[Account, Delivery]:
    """What goes where; Refused for a post that others may not see any more, or an account that is gone."""
    connection = row.connection
    if connection.network not in settings.CONNECTORS or connection.network not in CONNECTORS:
        raise Refused("switched_off", "This site does not post to that network any more.")
    if connection.state != Connection.State.CONNECTED:
        raise TokenRefused
    post = public_post(row.post_id)
    if post is None:
        raise Refused("not_public", "The post is not for everyone any more, so it was not sent.")
    done = {name: value for name, value in row.progress.items() if name != DOUBT}
    return account_of(connection), Delivery(publication_of(row, post, folder), done, keep=partial(_keep_progress, row))


def _keep_progress(row: CrossPost, done: Mapping[str, str]) -> None:
    row.progress = {**row.progress, **done}
    CrossPost.objects.filter(pk=row.pk).update(progress=row.progress)


def _publish(row: CrossPost, account: Account, delivery: Delivery) -> Sent:
    """With newer secrets where the network asks for them, once."""
    connector = CONNECTORS[row.connection.network]
    try:
        return connector.publish(account, delivery)
    except TokenExpired:
        account = renewed(row.connection_id, account)
    try:
        return connector.publish(account, delivery)
    except TokenExpired:
        raise TokenRefused from None


def _meaning(error: NetworkError, delivery: Delivery | None) -> NetworkError:
    """What is uncertain only matters while the post itself is made; and then whatever went wrong is uncertain."""
    is_creating = delivery is not None and delivery.is_creating
    if is_creating and not isinstance(error, NotKnown):
        return NotKnown()
    if isinstance(error, NotKnown) and not is_creating:
        return TryLater("no_answer", "The network did not answer.")
    return error


def _finish(row: CrossPost, sent: Sent) -> None:
    address = sent.address[:500] if sent.address.startswith("https://") else ""
    _mine(row).update(
        state=State.SENT,
        remote_id=sent.remote_id[:300],
        address=address,
        sent_at=timezone.now(),
        code="",
        problem="",
    )


def _settle(row: CrossPost, error: NetworkError) -> None:
    """Try again later, or tell the author that it did not work."""
    if isinstance(error, TokenRefused):
        Connection.objects.filter(pk=row.connection_id, state=Connection.State.CONNECTED).update(
            state=Connection.State.REFUSED
        )
    state, pause = _next_step(row, error)
    next_try_at = timezone.now() + timedelta(seconds=pause)
    words = {"code": error.code, "problem": _without_secrets(row, error.words)[:300]}
    with transaction.atomic():
        changed = _mine(row).update(state=state, next_try_at=next_try_at, progress=row.progress, **words)
        if changed and state == State.WAITING:
            enqueue_later("sharing.send", seconds=pause, cross_post_id=row.pk)
        elif changed:
            _tell(row, words["problem"])
    if state == State.WAITING and error.code == "rate_limited":
        others = CrossPost.objects.filter(connection=row.connection_id, state=State.WAITING)
        others.filter(next_try_at__lt=next_try_at).update(next_try_at=next_try_at)


def _next_step(row: CrossPost, error: NetworkError) -> tuple[str, int]:
    """The state that follows, and for WAITING after how many seconds it is tried again."""
    if isinstance(error, TokenRefused):
        return State.GIVEN_UP, 0
    if not isinstance(error, TryLater | NotKnown):
        return State.FAILED, 0
    wanted = error.seconds if isinstance(error, TryLater) else 0
    pause = max(min(FIRST_PAUSE * 4 ** (row.tries - 1), LONGEST_PAUSE), wanted)
    if isinstance(error, NotKnown):
        row.progress.setdefault(DOUBT, row.begun_at.timestamp() if row.begun_at else time.time())
    if DOUBT in row.progress and not _may_repeat(row, pause):
        return State.UNKNOWN, 0
    return (State.WAITING, pause) if row.tries < TRIES else (State.GIVEN_UP, 0)


def _may_repeat(row: CrossPost, pause: int) -> bool:
    """Whether the network would still know then that it has had this before."""
    connector = CONNECTORS.get(row.connection.network)
    return connector is not None and time.time() + pause < row.progress[DOUBT] + connector.repeats_within


def _mine(row: CrossPost) -> CrossPostQuerySet:
    """The row, unless somebody has settled this try already."""
    return CrossPost.objects.filter(pk=row.pk, state=State.SENDING, begun_at=row.begun_at)


def _without_secrets(row: CrossPost, words: str) -> str:
    """Networks quote what they were sent; what is secret of that does not stand in tables, pages or logs."""
    row.connection.refresh_from_db(fields=["sealed"])
    try:
        secrets = account_of(row.connection).secrets.values()
    except TokenRefused:
        return words
    for secret in secrets:
        words = words.replace(secret, "…") if len(secret) > 5 else words
    return words


def _tell(row: CrossPost, problem: str) -> None:
    name, network = row.connection.name, row.connection.get_network_display()
    text = f"Your post did not get to {name} at {network}. {problem}"
    address = reverse("sharing:post-networks", args=[row.post_id])
    person_told.send(sender=None, user_id=row.connection.owner_id, text=text[:300], address=address)
