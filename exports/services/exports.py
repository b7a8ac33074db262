"""Asking for an archive, and what becomes of it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import SecurityEvent, User
from accounts.services.security_log import note_event
from core import rate_limits
from core.deleting import forget_objects
from core.events import enqueue
from core.exceptions import Conflict, NotFound
from core.models import new_id
from exports.models import Export, ExportPart
from photos.models import Media

STORAGE = "exports"
LIVE_HOURS = 24
KEEP_ROWS = timedelta(days=30)


def ask_for_export(actor: User, *, request: HttpRequest | None = None) -> Export:
    """Begin an archive of everything `actor` has. Conflict while one is being made; a ready one is replaced."""
    if Export.objects.filter(owner=actor, album=None, state=Export.State.WORKING).exists():
        raise _running()
    rate_limits.allow("export", str(actor.pk))
    newest = Media.objects.filter(owner=actor).order_by("-pk").values_list("pk", flat=True).first() or 0
    total = Media.objects.filter(owner=actor, pk__lte=newest).count()
    try:
        with transaction.atomic():
            _hold_open(actor)
            export = Export.objects.create(id=new_id(actor.pk), owner=actor, total=total, until_media_id=newest)
            _end_each(Export.objects.filter(owner=actor, album=None).exclude(pk=export.pk))
            note_event(actor, SecurityEvent.Kind.EXPORT_MADE, request=request)
            enqueue("exports.make_part", export_id=export.pk)
    except IntegrityError as error:
        raise _running() from error
    return export


def _running() -> Conflict:
    return Conflict("An archive of your data is being made already.", code="export_running")


def cancel_export(export: Export) -> None:
    """Stop making it, or take it away before its time."""
    with transaction.atomic():
        locked = Export.objects.select_for_update().filter(pk=export.pk, state__in=Export.LIVE).first()
        if locked is not None:
            _end(locked)


def end_exports(owner_id: int) -> None:
    """End every archive of a person that is ready or being made, of their albums, too. Call inside a transaction."""
    _end_each(Export.objects.filter(owner=owner_id))


def delete_exports(owner_id: int) -> None:
    """Delete the rows and, after commit, the objects of all archives of a person. Call inside a transaction."""
    keys = ExportPart.objects.filter(export__owner=owner_id).values_list("key", flat=True)
    forget_objects({STORAGE: list(keys)})
    Export.objects.filter(owner=owner_id).delete()


def expire_exports(limit: int = 100) -> int:
    """End archives whose time is over, and forget rows of long ago; returns how many ended."""
    now = timezone.now()
    over = list(
        Export.objects.filter(state=Export.State.READY, expires_at__lt=now).values_list("pk", flat=True)[:limit]
    )
    for export_id in over:
        with transaction.atomic():
            export = Export.objects.select_for_update().filter(pk=export_id, state=Export.State.READY).first()
            if export is not None:
                _end(export)
    Export.objects.filter(created_at__lt=now - KEEP_ROWS, state__in=["failed", "expired"], parts=None).delete()
    return len(over)


def live_until(now: datetime) -> datetime:
    return now + timedelta(hours=LIVE_HOURS)


def _hold_open(owner: User) -> None:
    """Wait for whoever closes the account at this moment; NotFound when it is closed. Call inside a transaction."""
    if not User.objects.select_for_update(no_key=True).get(pk=owner.pk).is_active:
        raise NotFound


def end_over(exports: QuerySet[Export]) -> None:
    """End those whose time is over. Call inside a transaction."""
    _end_each(exports.filter(state=Export.State.READY, expires_at__lte=timezone.now()))


def _end_each(exports: QuerySet[Export]) -> None:
    for export in exports.select_for_update(of=("self",)).filter(state__in=Export.LIVE):
        _end(export)


def _end(export: Export) -> None:
    forget_objects({STORAGE: list(export.parts.values_list("key", flat=True))})
    export.parts.all().delete()
    Export.objects.filter(pk=export.pk).update(state=Export.State.EXPIRED, leased_until=None)
