"""What is left in the storage of archives though no archive needs it: a worker died just as its archive was ended."""

from datetime import timedelta
from itertools import islice

from django.utils import timezone

from core.deleting import forget_objects
from core.storage import media_storage
from exports.models import ExportPart
from exports.services.exports import STORAGE
from photos.services.shelves import named_keys

BATCH = 1000
UNFINISHED = timedelta(days=1)


def sweep_objects() -> int:
    """Delete every object that no part names; returns how many.

    The row of a part is there before its object, so what is listed without a row has lost it. What photos name stays:
    two storages may well share a place.
    """
    store, deleted = media_storage(STORAGE), 0
    listed = (each.key for each in store.keys())  # noqa: SIM118  no dictionary
    while keys := list(islice(listed, BATCH)):
        needed = set(ExportPart.objects.filter(key__in=keys).values_list("key", flat=True)) | named_keys(keys)
        left = [key for key in keys if key not in needed]
        forget_objects({STORAGE: left})
        deleted += len(left)
    store.sweep_unfinished(timezone.now() - UNFINISHED)
    return deleted
