"""Rows that the tests of moderation need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.models import User
from accounts.signals import person_told
from core.models import OutboxTask, new_id
from moderation.models import AuditEntry, Decision


def make_decision(person: User, **fields: Any) -> Decision:
    """A warning, if nothing else is said."""
    dull = {"action": "warn", "kind": "person", "label": f"@{person.username}", "reason": "No spam and no fraud."}
    return Decision.objects.create(id=new_id(person.pk), person=person, **{**dull, **fields})


@contextmanager
def told() -> Iterator[list[tuple[int, str, str]]]:
    """Who is told what meanwhile: (id of the person, words, path)."""
    heard: list[tuple[int, str, str]] = []

    def hear(sender: Any, *, user_id: int, text: str, address: str, **more: Any) -> None:
        heard.append((user_id, text, address))

    person_told.connect(hear, weak=False)
    try:
        yield heard
    finally:
        person_told.disconnect(hear)


def audit() -> list[AuditEntry]:
    """What staff did with cases, oldest first."""
    return list(AuditEntry.objects.exclude(verb="role").order_by("pk"))


def mails() -> list[dict[str, str]]:
    """What waits to be mailed, in the order it was written."""
    return [row.arguments for row in OutboxTask.objects.filter(task="core.send_mail").order_by("pk")]
