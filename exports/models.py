from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property


class Export(models.Model):
    """An archive of everything a person has here: one ZIP, made and kept as consecutive parts.

    With an `album` it has the originals of some of its posts alone, for everybody who may have just these: `wanted`
    tells such archives of one album apart.
    """

    class State(models.TextChoices):
        WORKING = "working"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    LIVE: ClassVar[tuple[str, ...]] = (State.WORKING, State.READY)

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    album = models.ForeignKey("photos.Album", models.CASCADE, null=True, blank=True, related_name="archives")
    wanted = models.CharField(max_length=64, blank=True, help_text="A digest of `media_ids`.")
    media_ids = models.JSONField(default=list, blank=True, help_text="What is to be in it of an album, in its order.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WORKING)
    total = models.PositiveIntegerField(default=0, help_text="Photos and videos that are to be in it.")
    done = models.PositiveIntegerField(default=0, help_text="Photos and videos that are in it.")
    last_media_id = models.BigIntegerField(default=0, help_text="The last photo or video that is in it.")
    until_media_id = models.BigIntegerField(default=0, help_text="The newest that was there when it was asked for.")
    bytes = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Tries at the present part that failed.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker is making a part.")
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], name="exports_one_at_once", condition=models.Q(state="working", album=None)
            ),
            models.UniqueConstraint(
                fields=["album", "wanted"],
                name="exports_album_once",
                condition=models.Q(state__in=["working", "ready"], album__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="exports_owner"),
            models.Index(fields=["expires_at"], name="exports_expire", condition=models.Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} {self.state}"

    @cached_property
    def places(self) -> dict[int, int]:
        """Where in the album each photo or video stands, from 1."""
        return {media_id: place for place, media_id in enumerate(self.media_ids, 1)}

    @property
    def state_now(self) -> str:
        """`state`, but EXPIRED as soon as its time is over: who deletes it comes some minutes later."""
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.State.EXPIRED if self.state == self.State.READY and is_over else self.state


class ExportPart(models.Model):
    """A piece of the archive under a random key. The row is there before the object, so that no object is nobody's."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=100, unique=True)
    is_written = models.BooleanField(default=False)
    start = models.BigIntegerField(default=0, help_text="Where in the archive it begins.")
    bytes = models.BigIntegerField(default=0)
    directory = models.BinaryField(
        default=b"", help_text="What the directory at the archive's end says of its entries."
    )
    entries = models.PositiveIntegerField(default=0)
    missing = models.JSONField(default=list, help_text="Photos and videos of which no copy could be read.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="exports_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.export_id}"
