"""Thin leaves: load, call one service. Every task may be delivered twice."""

import logging

from celery import shared_task

from photos.services import processing, rekeying, trash

logger = logging.getLogger(__name__)


@shared_task(name="photos.process_media")
def process_media(media_id: int) -> None:
    """Develop one media. An error of ours gives it back for another attempt; the sweeper brings it round again."""
    try:
        processing.process(media_id)
    except Exception:
        logger.exception("developing failed", extra={"media": media_id})
        processing.give_back(media_id)


@shared_task(name="photos.sweep_media")
def sweep_media() -> None:
    processing.sweep()
    rekeying.sweep_rekeys()


@shared_task(name="photos.rekey_posts")
def rekey_posts(post_ids: list[int]) -> None:
    for post_id in post_ids:
        rekeying.rekey_post(post_id)


@shared_task(name="photos.purge_trash")
def purge_trash() -> None:
    trash.purge_expired()
