from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from moderation.models.cases import LABEL_LENGTH, NOTE_LENGTH


class AuditIsKept(TypeError):
    """Somebody tried to change or delete what staff have done."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Rows are only added. The one exception is `forget_person`."""

    def update(self, **changes: Any) -> NoReturn:
        raise AuditIsKept

    def delete(self) -> NoReturn:
        raise AuditIsKept

    def bulk_update(self, *rows: Any, **options: Any) -> NoReturn:
        raise AuditIsKept

    def forget_person(self, user_id: int) -> None:
        """Lines about an account that is deleted for good go on telling what was done and when, but not to whom."""
        models.QuerySet.update(self.filter(person_id=user_id), label="", reason="", target_id=None)
        models.QuerySet.update(self.filter(actor_id=user_id), actor_name="")


class AuditEntry(models.Model):
    """One thing that staff did, for good: nobody changes or deletes it, not in the admin either."""

    class Verb(models.TextChoices):
        LOOKED = "looked", "looked at what is not for everybody"
        CLAIMED = "claimed", "claimed a case"
        RELEASED = "released", "released a case"
        NOTED = "noted", "wrote a note"
        DECIDED = "decided", "decided"
        UNDID = "undid", "undid a decision"
        ANSWERED = "answered", "answered an appeal"
        DELETED = "deleted", "deleted for good, as decided"
        ROLE = "role", "changed a role"

    id = models.BigIntegerField(primary_key=True, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=LABEL_LENGTH, help_text="Also once the account is gone.")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    what = models.CharField(max_length=LABEL_LENGTH, blank=True, help_text="Which action, or which role.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    target_kind = models.CharField(max_length=20)
    target_id = models.BigIntegerField(null=True)
    label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    reason = models.CharField(max_length=NOTE_LENGTH, blank=True)
    request_id = models.CharField(max_length=16, blank=True, help_text="As in the logs of the site.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AuditQuerySet] = AuditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "audit"
        indexes = [
            models.Index(fields=["actor", "-id"], name="moderation_done_by"),
            models.Index(fields=["person", "-id"], name="moderation_done_to"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_verb_display()}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AuditIsKept
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AuditIsKept
