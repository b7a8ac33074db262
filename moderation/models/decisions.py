from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation.models.cases import LABEL_LENGTH, NOTE_LENGTH

REASON_LENGTH = 200
APPEAL_LENGTH = 2000


class Action(models.TextChoices):
    """What staff can do about a person or a thing; from the mildest to the hardest."""

    DISMISS = "dismiss", _("No rule broken")
    WARN = "warn", _("Warn")
    MARK_SENSITIVE = "mark_sensitive", _("Mark as sensitive")
    HIDE = "hide", _("Take off the site")
    LIMIT = "limit", _("Limit the account")
    FREEZE = "freeze", _("Freeze the account")
    SUSPEND = "suspend", _("Suspend the account")
    DELETE = "delete", _("Delete for good")


class Decision(models.Model):
    """One thing that staff did about a person, with the rule as that person reads it.

    `data` is what undoing needs: how it was before. `carried_out_at`: what DELETE announced is done, beyond undoing.
    """

    id = models.BigIntegerField(primary_key=True, editable=False)
    case = models.ForeignKey("moderation.Case", models.SET_NULL, null=True, blank=True, related_name="decisions")
    action = models.CharField(max_length=20, choices=Action.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions")
    post = models.ForeignKey("photos.Post", models.SET_NULL, null=True, blank=True, related_name="+")
    comment = models.ForeignKey("photos.Comment", models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, help_text="What it is about, as in a case: post, person or comment.")
    label = models.CharField(max_length=LABEL_LENGTH)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, help_text="The rule, as the person reads it.")
    note = models.TextField(max_length=NOTE_LENGTH, blank=True, help_text="For staff alone.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    data = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When what DELETE announced is done.")
    carried_out_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        permissions = [
            ("decide", "Can warn, mark, take off the site, limit, freeze and suspend, and undo it"),
            ("delete_for_good", "Can delete posts, comments and accounts for good"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="moderation_of_person"),
            models.Index(
                fields=["due_at"],
                name="moderation_due",
                condition=Q(due_at__isnull=False, carried_out_at=None, undone_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.label}"

    @property
    def stands(self) -> bool:
        return self.undone_at is None

    @property
    def can_undo(self) -> bool:
        return self.undone_at is None and self.carried_out_at is None


class Appeal(models.Model):
    """What a person says, once, against a decision, and what staff answer."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    id = models.BigIntegerField(primary_key=True, editable=False)
    decision = models.OneToOneField(Decision, models.CASCADE, related_name="appeal")
    text = models.TextField(max_length=APPEAL_LENGTH)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(max_length=APPEAL_LENGTH, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("answer_appeal", "Can answer appeals")]
        indexes = [models.Index(fields=["state", "id"], name="moderation_appeals")]

    def __str__(self) -> str:
        return f"appeal {self.pk}"
