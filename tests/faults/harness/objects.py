"""What lies in the buckets beside what the rows say, and which row of the table left the objects nobody needs."""

from collections import Counter
from collections.abc import Iterable, Sequence

from core.connections import release_connection
from engines.swift import Swift
from photos.models import Media, Rendition, UploadPart
from tests.faults.harness.batch import Batch
from tests.faults.harness.machine import COPY, MAIN

CLOCK = 1.0  # seconds: times in a listing are rounded

Place = tuple[str, str]  # bucket and key
Objects = dict[Place, float]  # with the time when each was written


def listed(store: Swift) -> Objects:
    """Every object of both buckets, with the time when it was written."""
    found = {}
    for bucket in (MAIN, COPY):
        pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for entry in (entry for page in pages for entry in page.get("Contents", ())):
            found[bucket, str(entry["Key"])] = entry["LastModified"].timestamp()
    return found


def named() -> set[Place]:
    """Every object that a row names."""
    release_connection()
    originals = Media.objects.values_list("original_key", flat=True)
    return {
        *((bucket, f"originals/{key}") for bucket in (MAIN, COPY) for key in originals),
        *((MAIN, f"renditions/{key}") for key in Rendition.objects.values_list("key", flat=True)),
        *((MAIN, f"uploads/{key}") for key in UploadPart.objects.values_list("key", flat=True)),
    }


def orphans_of(batches: Sequence[Batch], orphans: Objects) -> dict[str, Counter[str]]:
    """How many were written during each batch, by its title and their storage; those before the first are nobody's."""
    counted: dict[str, Counter[str]] = {batch.row.title: Counter() for batch in batches}
    for place, written in orphans.items():
        last = [batch for batch in batches if batch.began <= written + CLOCK]
        if last:
            counted[last[-1].row.title] += kinds([place])
    return counted


def kinds(orphans: Iterable[Place]) -> Counter[str]:
    """By the storage that they lie in."""
    return Counter(key.partition("/")[0] + ("" if bucket == MAIN else "-copy") for bucket, key in orphans)
