from celery import shared_task

from exports.services import exports, making, sweeping


@shared_task(name="exports.make_part")
def make_part(export_id: int) -> None:
    making.make_part(export_id)


@shared_task(name="exports.resume")
def resume() -> None:
    making.resume_exports()


@shared_task(name="exports.expire")
def expire() -> None:
    exports.expire_exports()


@shared_task(name="exports.sweep")
def sweep() -> None:
    sweeping.sweep_objects()
