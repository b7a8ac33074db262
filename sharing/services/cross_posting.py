"""Which posts go where: asked for by their author, or by a switch of theirs."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import rate_limits
from core.events import enqueue
from core.exceptions import Conflict, InvalidInput
from core.ids import MAX_ID
from core.models import new_id
from photos.access import get_own_post
from sharing.access import get_cross_post_for, public_post
from sharing.models import Connection, CrossPost

AGAIN = (CrossPost.State.FAILED, CrossPost.State.GIVEN_UP, CrossPost.State.UNKNOWN)


def cross_post(actor: User, post_id: int, connection_ids: Sequence[int]) -> list[CrossPost]:
    """Send one's own post to these accounts of one's own; what is there or on its way stays as it is, what failed is
    tried once more, unless it may stand there.

    Conflict for a post that is not for everyone, InvalidInput for an account that cannot be posted to.
    """
    post = get_own_post(actor, post_id)
    if public_post(post.pk) is None:
        raise Conflict("Only what is published for everyone can be posted elsewhere.", code="not_public")
    wanted = list(dict.fromkeys(connection_ids))
    found = Connection.objects.of(actor).working().in_bulk([each for each in wanted if each <= MAX_ID])
    if len(found) < len(wanted):
        message = "This account is not connected, or has to be connected again."
        raise InvalidInput.field("connections", message, code="connection_unknown")
    rate_limits.allow("cross-post", str(actor.pk))
    with transaction.atomic():
        rows = [_plan(post.pk, found[connection_id]) for connection_id in wanted]
        for row in rows:
            if row.state != CrossPost.State.UNKNOWN and _begin_again(row):
                row.refresh_from_db(fields=["state", "tries", "next_try_at", "code", "problem"])
    return rows


def retry(actor: User, post_id: int, cross_post_id: int) -> CrossPost:
    """Try once more what failed, from the beginning. Conflict for what has not."""
    row = get_cross_post_for(actor, post_id, cross_post_id)
    if not Connection.objects.of(actor).working().filter(pk=row.connection_id).exists():
        raise Conflict("Connect this account again first.", code="not_connected")
    rate_limits.allow("cross-post", str(actor.pk))
    with transaction.atomic():
        if not _begin_again(row):
            raise Conflict("This is posted already, or on its way.", code="not_failed")
        row.refresh_from_db()
    return row


def start_automatic(post_id: int) -> None:
    """Send a post that has just come out to where its author wants all of those that are for everyone."""
    post = public_post(post_id)
    if post is None:
        return
    wanted = Connection.objects.working().filter(owner=post.author_id, automatic=True)
    with transaction.atomic():
        for connection in wanted.filter(automatic_since__lte=post.published_at):
            _plan(post.pk, connection)


def _plan(post_id: int, connection: Connection) -> CrossPost:
    """The one row of this pair; a new one is queued."""
    row, is_new = CrossPost.objects.get_or_create(
        post_id=post_id,
        connection=connection,
        defaults={"id": new_id(connection.owner_id), "next_try_at": timezone.now()},
    )
    if is_new:
        enqueue("sharing.send", cross_post_id=row.pk)
    return row


def _begin_again(row: CrossPost) -> bool:
    """Whether this failed and is tried once more now; what is there already of several pictures stays known."""
    progress = {name: value for name, value in row.progress.items() if name != CrossPost.DOUBT}
    changes = {"tries": 0, "next_try_at": timezone.now(), "code": "", "problem": "", "progress": progress}
    failed = CrossPost.objects.filter(pk=row.pk, state__in=AGAIN)
    if not failed.update(state=CrossPost.State.WAITING, **changes):
        return False
    enqueue("sharing.send", cross_post_id=row.pk)
    return True
