from typing import ClassVar

import orjson
from django.conf import settings
from django.db import models

from core.rows import from_rows, keep_related
from photos.querysets import MediaQuerySet

ALT_TEXT_LENGTH = 1000


class Media(models.Model):
    """One uploaded photo or video: its untouched original (in `copies`) and what was derived from it (`renditions`).

    States move one way, received -> processing -> ready | failed; a retry or a changed recipe starts again at received.
    Renditions of before stay until the new ones replace them all at once.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo"
        VIDEO = "video"

    class State(models.TextChoices):
        RECEIVED = "received"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="media")
    post = models.ForeignKey("photos.Post", models.CASCADE, null=True, blank=True, related_name="media")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.PHOTO)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    breakdowns = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts in which the worker died or our code broke, not a storage or the database."
    )
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent of the developing that is done.")
    state_changed_at = models.DateTimeField()

    original_key = models.CharField(max_length=100, unique=True)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField(help_text="Upright, in pixels, after the recipe.")
    height = models.PositiveIntegerField(help_text="Upright, in pixels, after the recipe.")
    original_width = models.PositiveIntegerField(default=0, help_text="Upright, in pixels, of the original.")
    original_height = models.PositiveIntegerField(default=0, help_text="Upright, in pixels, of the original.")
    duration = models.FloatField(null=True, blank=True, help_text="Seconds of a video.")
    recipe = models.JSONField(null=True, blank=True, help_text="How the owner wants it developed (docs/recipes.md).")
    revision = models.PositiveIntegerField(default=0, help_text="Grows with every change of the recipe.")
    alt_text = models.TextField(max_length=ALT_TEXT_LENGTH, blank=True)
    focus_x = models.FloatField(default=0.0, help_text="-1 left edge to 1 right edge.")
    focus_y = models.FloatField(default=0.0, help_text="-1 bottom edge to 1 top edge.")
    blurhash = models.CharField(max_length=60, blank=True)
    placeholder = models.TextField(blank=True, help_text="A picture 24 pixels wide as a data: address.")
    likeness = models.BigIntegerField(
        null=True, blank=True, help_text="Of the picture as it is shown, with a sign (photos/imaging/likeness.py)."
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    camera = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MediaQuerySet] = MediaQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "media"
        indexes = [
            models.Index(fields=["owner", "sha256"], name="photos_media_bytes"),
            models.Index(
                fields=["state_changed_at"],
                name="photos_media_waiting",
                condition=models.Q(state__in=["received", "processing"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def _take_renditions(self, text: str) -> None:
        keep_related(self, "renditions", from_rows(Rendition, orjson.loads(text)))

    def _take_copies(self, text: str) -> None:
        keep_related(self, "copies", from_rows(OriginalCopy, orjson.loads(text)))

    rendition_rows = property(None, _take_renditions, doc="What MediaQuerySet.with_files annotates, kept as relations.")
    copy_rows = property(None, _take_copies)


class OriginalCopy(models.Model):
    """One place that holds the original, and when its bytes were last found right."""

    media = models.ForeignKey(Media, models.CASCADE, related_name="copies")
    storage = models.CharField(max_length=40)
    verified_at = models.DateTimeField()
    damaged_at = models.DateTimeField(null=True, blank=True, help_text="When it was found missing or changed.")

    class Meta:
        verbose_name_plural = "original copies"
        constraints = [models.UniqueConstraint(fields=["media", "storage"], name="photos_copy_once")]
        indexes = [
            models.Index(fields=["verified_at"], name="photos_copy_rotation"),
            models.Index(
                fields=["storage", "media"], name="photos_copy_damaged", condition=models.Q(damaged_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.media_id} in {self.storage}"


class Rendition(models.Model):
    """A derived file; can always be made again from the original."""

    media = models.ForeignKey(Media, models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=12)
    content_type = models.CharField(max_length=20)
    key = models.CharField(max_length=100, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media", "name", "content_type"], name="photos_rendition_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.media_id}"
