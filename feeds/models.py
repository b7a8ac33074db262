"""What the hourly build remembers between runs. The feeds themselves are in Valkey."""

from django.conf import settings
from django.db import models

from accounts.models import User


class FollowPack(models.Model):
    """Whom one person's feed is made of, packed for the build: read in one piece instead of row by row.

    `followees` are 8-byte big-endian ids in rising order, and minus the id of those who have the person among their
    close friends; `closeness` one byte for each: how many of their posts the person liked lately, at most 255. It is
    right while `packed_version` equals `version`, which every change of relations moves on in its own transaction.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", db_constraint=True
    )
    followees = models.BinaryField(default=b"")
    closeness = models.BinaryField(default=b"")
    version = models.PositiveIntegerField(default=1)
    packed_version = models.PositiveIntegerField(default=0)
    packed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"pack of {self.user_id}"


class FeedRun(models.Model):
    """One hour's build for everybody active; there is one row an hour, whoever asks for it and however often."""

    hour = models.DateTimeField(unique=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(
        null=True, blank=True, help_text="When the next hour began before this one was finished."
    )
    people = models.PositiveIntegerField(default=0, help_text="Feeds to build.")
    built = models.PositiveIntegerField(default=0, help_text="Feeds built so far.")

    class Meta:
        ordering = ("-hour",)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H:%M}"


class FeedChunk(models.Model):
    """Some active people: one task's worth of a run. `user_ids` are 8-byte big-endian ids, rising; empty when done."""

    class State(models.TextChoices):
        WAITING = "waiting"
        BUILDING = "building"
        DONE = "done"

    run = models.ForeignKey(FeedRun, models.CASCADE, related_name="chunks")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    user_ids = models.BinaryField(default=b"")
    people = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "first_id"], name="feeds_chunk_once")]
        indexes = [
            models.Index(
                fields=["run", "state"], name="feeds_chunk_open", condition=models.Q(state__in=["waiting", "building"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.first_id} to {self.last_id}"


class Feed(User):
    """What one person sees, as the admin lists it for staff who may look into feeds."""

    class Meta:
        proxy = True
        default_permissions = ()
        permissions = [("inspect_feed", "Can look into the feeds of people")]
        verbose_name = "feed of a person"
        verbose_name_plural = "feeds of people"
