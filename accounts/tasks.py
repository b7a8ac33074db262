from celery import shared_task

from accounts.services import resets


@shared_task(name="accounts.send_reset")
def send_reset(name: str) -> None:
    resets.send_reset(name)
