"""Thin leaves: load, call one service. Every task may be delivered twice."""

import logging

from celery import shared_task
from django.conf import settings

from accounts.services import closing
from core.exceptions import Conflict
from photos.services import (
    comment_counting,
    counting,
    forgetting,
    processing,
    purging,
    reconciling,
    rekeying,
    repair,
    scrubbing,
    trash,
    vocabulary,
    wording,
)

logger = logging.getLogger(__name__)


@shared_task(name="photos.process_media")
def process_media(media_id: int) -> None:
    """Develop one photo. An error of ours gives it back for another attempt; the sweeper brings it round again."""
    _process(media_id)


@shared_task(name="photos.process_video")
def process_video(media_id: int) -> None:
    """Develop one video, in a queue of its own."""
    _process(media_id)


def _process(media_id: int) -> None:
    try:
        processing.process(media_id)
    except Exception as error:
        logger.exception("developing failed", extra={"media": media_id})
        processing.give_back(media_id, error)


@shared_task(name="photos.sweep_media")
def sweep_media() -> None:
    processing.sweep()
    rekeying.sweep_rekeys()


@shared_task(name="photos.rekey_posts")
def rekey_posts(post_ids: list[int]) -> None:
    for post_id in post_ids:
        rekeying.rekey_post(post_id)


@shared_task(name="photos.rekey_account", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def rekey_account(user_id: int) -> None:
    rekeying.rekey_account(user_id)


@shared_task(name="photos.rekey_closed_account", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def rekey_closed_account(user_id: int) -> None:
    rekeying.rekey_closed_account(user_id)


@shared_task(name="photos.rekey_avatar", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def rekey_avatar(user_id: int) -> None:
    rekeying.rekey_avatar(user_id)


@shared_task(name="photos.purge_accounts")
def purge_accounts() -> None:
    """Delete for good what was closed long ago. An account that fails waits for the next round; the others go on."""
    for user_id in closing.expired_account_ids():
        try:
            purging.purge_account(user_id)
        except Exception:
            logger.exception("an account could not be deleted", extra={"user": user_id})


@shared_task(name="photos.purge_trash")
def purge_trash() -> None:
    trash.purge_expired()


@shared_task(name="photos.forget_uploads")
def forget_uploads() -> None:
    forgetting.forget_uploads()


@shared_task(name="photos.delete_unused_media")
def delete_unused_media(media_id: int) -> None:
    trash.delete_unused_media(media_id)


@shared_task(name="photos.mend_copies")
def mend_copies(media_id: int, attempt: int = 0) -> None:
    repair.mend_until_right(media_id, attempt)


@shared_task(name="photos.scrub")
def scrub() -> None:
    scrubbing.scrub(scrubbing.Scope(seconds=settings.SCRUB_SECONDS))


@shared_task(name="photos.reconcile")
def reconcile() -> None:
    try:
        reconciling.reconcile(reconciling.Plan(act=True))
    except Conflict as error:
        logger.info(error.detail)


@shared_task(name="photos.check_copies")
def check_copies(media_id: int) -> None:
    """Read every copy of one original now, and mend what is wrong."""
    scrubbing.scrub(scrubbing.Scope(media_id=media_id))


@shared_task(name="photos.recount_liked_by", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def recount_liked_by(user_id: int, author_id: int | None = None, after: int = 0) -> None:
    counting.recount_liked_by(user_id, author_id, after)


@shared_task(name="photos.reconcile_likes")
def reconcile_likes(after: int = 0) -> None:
    counting.reconcile_likes(after)


@shared_task(name="photos.recount_said_by", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def recount_said_by(user_id: int, author_id: int | None = None, after: int = 0) -> None:
    comment_counting.recount_said_by(user_id, author_id, after)


@shared_task(name="photos.recount_comments_liked_by", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def recount_comments_liked_by(user_id: int, author_id: int | None = None, after: int = 0) -> None:
    comment_counting.recount_comments_liked_by(user_id, author_id, after)


@shared_task(name="photos.reconcile_comments")
def reconcile_comments(after: int = 0) -> None:
    comment_counting.reconcile_comments(after)


@shared_task(name="photos.reconcile_comment_likes")
def reconcile_comment_likes(after: int = 0) -> None:
    comment_counting.reconcile_comment_likes(after)


@shared_task(name="photos.reconcile_works")
def reconcile_works(after: int = 0) -> None:
    counting.reconcile_works(after)


@shared_task(name="photos.index_words")
def index_words() -> None:
    """Let searching find what a version that kept no words, or kept others, has written; forget what no post says."""
    wording.catch_up()
    vocabulary.forget_words()


@shared_task(name="photos.index_words_of")
def index_words_of(user_id: int) -> None:
    """After somebody has taken another name."""
    wording.keep_words_of(user_id)
