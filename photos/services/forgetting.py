"""Uploads that nobody comes back to: those with all their bytes are finished, the others go when their time is over."""

import logging
from datetime import timedelta

from django.utils import timezone

from core.exceptions import AppError
from photos.models import Upload
from photos.services.finishing import finish_upload, terminate_upload
from photos.services.resumable import LIFETIME

logger = logging.getLogger(__name__)

LEFT_ALONE = timedelta(minutes=10)  # after its last byte, before we finish it for the client


def forget_uploads(limit: int = 1000) -> int:
    """Finish what is whole, then forget what is past its time; returns how many were forgotten."""
    _finish_whole(limit)
    now = timezone.now()
    found = list(Upload.objects.filter(expires_at__lt=now).order_by("expires_at")[:limit])
    for upload in found:
        terminate_upload(upload, expired_by=now)
    return len(found)


def _finish_whole(limit: int) -> None:
    """Bytes that have all arrived are not thrown away because their client was never answered."""
    quiet_since = timezone.now() + LIFETIME - LEFT_ALONE
    waiting = Upload.objects.filter(way=Upload.Way.TUS, state=Upload.State.OPEN, expires_at__lt=quiet_since)
    for upload in waiting.order_by("expires_at")[:limit]:
        try:
            finish_upload(upload)
        except AppError as error:
            logger.warning("an upload could not be finished", extra={"upload": upload.pk, "error": error.detail})
