"""Objects of deleted pictures: when each was gone from both buckets."""

import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from core.connections import release_connection
from engines.swift import Swift
from photos.models import Media, Rendition
from tests.faults.harness.batch import Batch
from tests.faults.harness.ledger import Kept
from tests.faults.harness.machine import COPY, MAIN

LOOK_EVERY = 1.0  # seconds


class Vanishing:
    """Looks in a thread of its own; `gone_at` has, by media id, the time when nothing was left."""

    def __init__(self, store: Swift) -> None:
        self._store = store
        self._keys: dict[str, list[tuple[str, str]]] = {}
        self._watched: set[str] = set()
        self._over = threading.Event()
        self.gone_at: dict[str, float] = {}
        threading.Thread(target=self._look, daemon=True).start()

    def remember(self, items: list[Kept]) -> None:
        """Where their objects lie, as long as there are rows that say so."""
        release_connection()
        for media in Media.objects.filter(pk__in=[int(each.media_id) for each in items]):
            original = f"originals/{media.original_key}"
            renditions = Rendition.objects.filter(media=media).values_list("key", flat=True)
            there = [(MAIN, original), (COPY, original), *((MAIN, f"renditions/{key}") for key in renditions)]
            self._keys[str(media.pk)] = there

    def watch(self, batch: Batch) -> None:
        """From now on the pictures of this batch that are deleted."""
        self._watched |= {each.media_id for each in batch.kept if each.deleted}

    def all_gone(self, batch: Batch) -> bool:
        return all(each.media_id in self.gone_at for each in batch.kept if each.deleted)

    def stop(self) -> None:
        """What is there now is there for ever."""
        self._over.set()

    def _look(self) -> None:
        client = self._store.client
        while not self._over.wait(LOOK_EVERY):
            for media_id in self._watched - set(self.gone_at):
                there = any(_is_there(client, bucket, key) for bucket, key in self._keys[media_id])
                if not there and not self._over.is_set():
                    self.gone_at[media_id] = time.time()


def _is_there(client: Any, bucket: str, key: str) -> bool:
    """True also when the store cannot be asked."""
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"] != 404
    except BotoCoreError:
        return True
    return True
