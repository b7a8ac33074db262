from django.conf import settings
from django.db import models


class Upload(models.Model):
    """A file on its way in over several requests: by tus in parts, or direct to the object store.

    States move one way, open -> finished | refused. `offset` is how many bytes are kept in `parts`.
    """

    class Way(models.TextChoices):
        TUS = "tus"
        DIRECT = "direct"

    class State(models.TextChoices):
        OPEN = "open"
        FINISHED = "finished"
        REFUSED = "refused"

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    way = models.CharField(max_length=6, choices=Way.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    bytes = models.BigIntegerField(help_text="Declared length of the whole file.")
    offset = models.BigIntegerField(default=0)
    metadata = models.TextField(blank=True, help_text="The Upload-Metadata header as it was sent.")
    alt_text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the whole file, if the client declared it.")
    key = models.CharField(max_length=100, blank=True, help_text="Where a direct upload is put.")
    media = models.ForeignKey("photos.Media", models.SET_NULL, null=True, blank=True, related_name="uploads")
    refusal_status = models.PositiveSmallIntegerField(default=0)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_detail = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-id"], name="photos_upload_owner")]

    def __str__(self) -> str:
        return f"{self.way} upload {self.pk}"


class UploadPart(models.Model):
    """Bytes of an upload from `offset` on, in the storage `uploads`."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    offset = models.BigIntegerField()
    bytes = models.BigIntegerField()
    key = models.CharField(max_length=100, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="photos_part_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} from {self.offset}"
