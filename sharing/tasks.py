"""Thin leaves: load, call one service. Every task may be delivered twice."""

from celery import shared_task

from sharing.services.links import forget_links


@shared_task(name="sharing.forget_links")
def forget_dead_links() -> None:
    forget_links()
