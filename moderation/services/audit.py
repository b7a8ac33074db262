from accounts.models import User
from core.logs import request_id
from core.models import new_id
from moderation.models import AuditEntry
from moderation.subjects import Subject

HOUSE = "manage.py"  # who does what an operator does without an account, or the clock


def record(
    actor: User | None, verb: AuditEntry.Verb, about: Subject, *, what: str = "", reason: str = "", label: str = ""
) -> AuditEntry:
    """Write down for good what staff did; call it in the transaction that does it. `label` is for what is gone."""
    entry = AuditEntry(
        id=new_id(actor.pk if actor else None),
        actor=actor,
        actor_name=actor.username if actor else HOUSE,
        verb=verb,
        what=what,
        person=about.person,
        target_kind=about.kind,
        target_id=about.thing.pk if about.thing else None,
        label=about.label or label,
        reason=reason,
        request_id=request_id.get() if actor else "",
    )
    entry.save(force_insert=True)
    return entry
