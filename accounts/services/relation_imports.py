"""Following, blocking and muting everybody in a file, in small steps by a worker; who dies is taken over from."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.access import get_user_for
from accounts.models import Mute, RelationImport, User
from accounts.relation_files import Row, local_name, read_csv
from accounts.services.blocks import block_user
from accounts.services.follows import add_follow
from accounts.services.mutes import mute_user
from core import rate_limits
from core.events import enqueue
from core.exceptions import Conflict, InvalidInput, NotFound
from core.locks import try_lock
from core.models import new_id

STEP = 50  # rows after which what is done is written down
TURN_SECONDS = 20.0  # then the task makes room for others
LEFT_SECONDS = 60

Problem = tuple[int, str, str]  # line, name, reason


def start_import(actor: User, kind: str, file: bytes) -> RelationImport:
    """Read the file and let a worker do what is in it; returns where its progress is to be seen.

    InvalidInput for a file that cannot be read or another kind; Conflict while another import is under way.
    """
    if kind not in RelationImport.Kind.values:
        raise InvalidInput.field("kind", "Choose follows, blocks or mutes.", code="kind_unknown")
    rows = read_csv(file)
    rate_limits.allow("import", str(actor.pk))
    try:
        with transaction.atomic():
            RelationImport.objects.filter(owner=actor, finished_at__isnull=False).delete()
            made = RelationImport.objects.create(
                id=new_id(actor.pk), owner=actor, kind=kind, rows=rows, total=len(rows)
            )
            enqueue("accounts.import_relations", import_id=made.pk)
    except IntegrityError as error:
        message = "Another file is being worked off. Please wait until it is done."
        raise Conflict(message, code="import_under_way") from error
    return made


def work_off(import_id: int) -> None:
    """Go on where the import stands, for TURN_SECONDS, and queue the rest. Does nothing while another is at it."""
    with try_lock("accounts.import", import_id) as is_mine:
        job = RelationImport.objects.filter(pk=import_id, finished_at=None).select_related("owner").first()
        if not is_mine or job is None or not job.owner.is_active:
            return
        end = time.monotonic() + TURN_SECONDS
        while job.finished_at is None and time.monotonic() < end:
            _step(job)
    if job.finished_at is None:
        enqueue("accounts.import_relations", import_id=import_id)


def resume_imports() -> int:
    """Queue again the imports with which nobody got further for LEFT_SECONDS; returns how many."""
    left = RelationImport.objects.filter(
        finished_at=None, worked_at__lt=timezone.now() - timedelta(seconds=LEFT_SECONDS), owner__is_active=True
    )
    ids = list(left.order_by("worked_at").values_list("pk", flat=True)[:100])
    for import_id in ids:
        enqueue("accounts.import_relations", import_id=import_id)
    return len(ids)


def _step(job: RelationImport) -> None:
    """The next rows, and then where the import stands. Rows done twice make no difference."""
    for row in job.rows[job.position : job.position + STEP]:
        problem = _do(job, row)
        if problem:
            job.problems.append([row[0], row[1], problem])
    job.position = min(job.position + STEP, job.total)
    job.worked_at = timezone.now()
    if job.position == job.total:
        job.finished_at = job.worked_at
        job.rows = []
    job.save(update_fields=["position", "problems", "worked_at", "finished_at", *([] if job.rows else ["rows"])])


def _do(job: RelationImport, row: Row) -> str:
    """Do what one row asks for; why it was not done, or "". Hidden and unknown people are not found alike."""
    _, typed, scope, until = row
    name = local_name(typed, settings.ORIGIN_HOST)
    if not name:
        return "elsewhere" if name is None else "not_a_name"
    try:
        _ACTS[job.kind](job.owner, get_user_for(job.owner, name), scope, until)
    except NotFound:
        return "not_found"
    except InvalidInput as error:
        return "yourself" if error.code.endswith("_self") else error.code
    return ""


def _mute(owner: User, person: User, scope: str, until: str) -> None:
    mute_user(owner, person, scope=scope or Mute.Scope.POSTS, until=_moment(until))


def _moment(text: str) -> datetime | None:
    """Without a zone it is in UTC. InvalidInput for what is no time."""
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput("This is no time.", code="until_invalid")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_ACTS: dict[str, Callable[[User, User, str, str], object]] = {
    "follows": lambda owner, person, scope, until: add_follow(owner, person),
    "blocks": lambda owner, person, scope, until: block_user(owner, person),
    "mutes": _mute,
}
