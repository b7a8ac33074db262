"""Thin leaves: load, call one service. Every task may be delivered twice."""

from celery import shared_task
from django.db import DatabaseError

from sharing.services import connections, cross_posting, sending
from sharing.services.links import forget_links


@shared_task(name="sharing.forget_links")
def forget_dead_links() -> None:
    forget_links()


@shared_task(name="sharing.start_automatic", autoretry_for=(DatabaseError,), retry_backoff=2, max_retries=8)
def start_automatic(post_id: int) -> None:
    cross_posting.start_automatic(post_id)


@shared_task(name="sharing.send")
def send(cross_post_id: int) -> None:
    sending.send(cross_post_id)


@shared_task(name="sharing.revoke")
def revoke(network: str, host: str, sealed: str) -> None:
    connections.revoke(network, host, sealed)


@shared_task(name="sharing.sweep_cross_posts")
def sweep_cross_posts() -> None:
    sending.sweep()
