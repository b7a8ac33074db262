from django.db import models


class StorageAlarm(models.Model):
    """Something in a storage that is not as the database says; open until `settled_at`."""

    class Kind(models.TextChoices):
        MISSING = "missing", "a copy is missing"
        DAMAGED = "damaged", "a copy has other bytes"
        LOST = "lost", "no copy is right"
        UNREADABLE = "unreadable", "a storage cannot be read"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    media = models.ForeignKey("photos.Media", models.SET_NULL, null=True, blank=True, related_name="alarms")
    storage = models.CharField(max_length=40)
    key = models.CharField(max_length=100, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=40, blank=True, help_text="What put it right, such as repair.")

    class Meta:
        indexes = [
            models.Index(fields=["-found_at"], name="photos_alarm_open", condition=models.Q(settled_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.storage} {self.key}"


class MaintenanceRun(models.Model):
    """One run of a job that looks after storages, and what it found."""

    class Job(models.TextChoices):
        SCRUB = "scrub"
        RECONCILE = "reconcile"
        COPY = "copy"

    job = models.CharField(max_length=10, choices=Job.choices)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    checked = models.PositiveBigIntegerField(default=0, help_text="Copies or objects looked at.")
    checked_bytes = models.PositiveBigIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    repaired = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, help_text="Details that depend on the job.")

    class Meta:
        indexes = [models.Index(fields=["job", "-started_at"], name="photos_run_newest")]

    def __str__(self) -> str:
        return f"{self.job} of {self.started_at:%Y-%m-%d %H:%M}"
