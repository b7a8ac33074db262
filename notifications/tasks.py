"""Thin leaves: load, call one service. Every task may be delivered twice."""

from typing import Any

from celery import shared_task
from django.db import DatabaseError

from notifications.services import forgetting
from notifications.services.news import NEWS


@shared_task(name="notifications.deliver", autoretry_for=(DatabaseError,), retry_backoff=2, max_retries=8)
def deliver(news: str, **about: Any) -> None:
    """Tell whoever is concerned of one of NEWS; `about` are ids of what happened."""
    NEWS[news](**about)


@shared_task(name="notifications.forget_comment", autoretry_for=(DatabaseError,), retry_backoff=2, max_retries=8)
def forget_comment(comment_id: int) -> None:
    forgetting.forget_comment(comment_id)


@shared_task(name="notifications.prune")
def prune() -> None:
    forgetting.prune()
