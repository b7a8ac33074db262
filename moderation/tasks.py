from celery import shared_task

from moderation.services.deleting import carry_out_deletions


@shared_task(name="moderation.carry_out_deletions")
def carry_out() -> None:
    """Goes on at the next time where it broke off."""
    carry_out_deletions()
