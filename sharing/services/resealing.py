"""After SECRET_KEY has changed: what is kept encrypted gets the key of today."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core.sealing import CannotOpen, reseal
from sharing.accounts_elsewhere import APP, CONNECTION
from sharing.models import Connection, NetworkApp


def reseal_everything() -> tuple[int, int]:
    """How many were encrypted anew, and how many cannot be read with any key there is."""
    done = lost = 0
    kinds: list[tuple[QuerySet[Any], str]] = [
        (Connection.objects.exclude(sealed=""), CONNECTION),
        (NetworkApp.objects.all(), APP),
    ]
    for rows, purpose in kinds:
        for row_id in rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=1000):
            is_done = _reseal(rows, row_id, purpose)
            done, lost = done + is_done, lost + (not is_done)
    return done, lost


def _reseal(rows: QuerySet[Any], row_id: int, purpose: str) -> bool:
    with transaction.atomic():
        row = rows.select_for_update(no_key=True).get(pk=row_id)
        try:
            row.sealed = reseal(row.sealed, purpose)
        except CannotOpen:
            return False
        row.save(update_fields=["sealed"])
    return True
