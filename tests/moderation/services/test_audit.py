import pytest

from accounts.models import User
from moderation.models import AuditEntry, Case
from moderation.models.audit import AuditIsKept
from moderation.services.cases import claim_case
from tests.moderation.making import audit


def test_audit_is_only_added_to(case: Case, moderator: User) -> None:
    claim_case(moderator, case)
    (entry,) = audit()

    for change in (
        entry.delete,
        entry.save,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason="x"),
        lambda: AuditEntry.objects.bulk_update([entry], ["reason"]),
    ):
        with pytest.raises(AuditIsKept):
            change()

    assert [(each.verb, each.actor_name, each.reason) for each in audit()] == [("claimed", "moderator", "")]
