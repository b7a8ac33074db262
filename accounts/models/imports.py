from django.conf import settings
from django.db import models


class RelationImport(models.Model):
    """A file with people whom `owner` wants to follow, block or mute, worked off row by row by a worker.

    `rows` are (line, name, scope, until) as read from the file; `problems` are (line, name, reason) of those not done.
    """

    class Kind(models.TextChoices):
        FOLLOWS = "follows", "Follows"
        BLOCKS = "blocks", "Blocks"
        MUTES = "mutes", "Mutes"

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="relation_imports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rows = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0, help_text="Rows dealt with so far.")
    problems = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    worked_at = models.DateTimeField(auto_now_add=True, help_text="When a worker last got further with it.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(finished_at=None), name="accounts_one_open_import"
            )
        ]
        indexes = [
            models.Index(fields=["worked_at"], name="accounts_import_open", condition=models.Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner_id}: {self.position} of {self.total}"
