"""Thin leaves: load, call one service. Every task may be delivered twice."""

from celery import shared_task

from accounts.services import (
    apps,
    closing,
    counting,
    devices,
    hits,
    mutes,
    relation_imports,
    resets,
    security_log,
    sign_up,
    usernames,
)


@shared_task(name="accounts.send_reset")
def send_reset(name: str) -> None:
    resets.send_reset(name)


@shared_task(name="accounts.end_mutes")
def end_mutes() -> None:
    mutes.end_mutes_over()


@shared_task(name="accounts.import_relations")
def import_relations(import_id: int) -> None:
    relation_imports.work_off(import_id)


@shared_task(name="accounts.resume_imports")
def resume_imports() -> None:
    relation_imports.resume_imports()


@shared_task(name="accounts.note_failed_login")
def note_failed_login(name: str, address: str, device: str) -> None:
    security_log.note_failed_login(name, address=address, device=device)


@shared_task(name="accounts.forget_security")
def forget_security() -> None:
    security_log.forget_events()
    devices.forget_devices()


@shared_task(name="accounts.forget_apps")
def forget_apps() -> None:
    apps.forget_apps()


@shared_task(name="accounts.remind_of_deletion")
def remind_of_deletion() -> None:
    closing.remind_of_deletion()


@shared_task(name="accounts.recount_neighbours", autoretry_for=(Exception,), retry_backoff=5, max_retries=8)
def recount_neighbours(user_id: int, after: int = 0) -> None:
    counting.recount_neighbours(user_id, after)


@shared_task(name="accounts.reconcile_people")
def reconcile_people(after: int = 0) -> None:
    counting.reconcile_people(after)


@shared_task(name="accounts.forget_unproved")
def forget_unproved() -> None:
    sign_up.forget_unproved()


@shared_task(name="accounts.forget_former_names")
def forget_former_names() -> None:
    usernames.forget_former_names()


@shared_task(name="accounts.write_hits")
def write_hits() -> None:
    hits.write_hits()
