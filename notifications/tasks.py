"""Thin leaves: load, call one service. Every task may be delivered twice."""

from typing import Any

from celery import shared_task
from django.db import DatabaseError

from notifications.services import digests, forgetting, pushing, subscribing
from notifications.services.news import NEWS


@shared_task(name="notifications.deliver", autoretry_for=(DatabaseError,), retry_backoff=2, max_retries=8)
def deliver(news: str, **about: Any) -> None:
    """Tell whoever is concerned of one of NEWS; `about` are ids of what happened."""
    NEWS[news](**about)


@shared_task(name="notifications.prune")
def prune() -> None:
    forgetting.prune()


@shared_task(name="notifications.push")
def push(notification_id: int, subscription_id: int | None = None, tried: int = 0) -> None:
    pushing.push(notification_id, subscription_id=subscription_id, tried=tried)


@shared_task(name="notifications.push_trial")
def push_trial(subscription_id: int) -> None:
    pushing.push_trial(subscription_id)


@shared_task(name="notifications.forget_subscriptions")
def forget_subscriptions() -> None:
    subscribing.forget_subscriptions()


@shared_task(name="notifications.plan_digests")
def plan_digests() -> None:
    digests.plan_digests()


@shared_task(name="notifications.send_digests")
def send_digests() -> None:
    digests.send_digests()
