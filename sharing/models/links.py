from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from photos.models import Post
from sharing.querysets import ShareLinkQuerySet

CODE_LENGTH = 40


class ShareLink(models.Model):
    """A short address of a post or an album of `owner`. Whoever has it may open that until it expires or is revoked."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="share_links")
    post = models.ForeignKey("photos.Post", models.CASCADE, null=True, blank=True, related_name="share_links")
    album = models.ForeignKey("photos.Album", models.CASCADE, null=True, blank=True, related_name="share_links")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, help_text="Drawn at random, or chosen by the owner.")
    is_alias = models.BooleanField(default=False, help_text="The owner chose the code, so that it may be guessed.")
    password = models.CharField(max_length=128, blank=True, help_text="A hash; empty for none.")
    audience = models.CharField(
        max_length=16, choices=Post.Audience.choices, help_text="That of the post or album when the link was made."
    )
    withheld = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="Posts of the album that fewer people see since."
    )
    view_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When somebody else was last shown it.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ShareLinkQuerySet] = ShareLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sharing_link_to_one_thing",
                condition=Q(post__isnull=False, album__isnull=True) | Q(post__isnull=True, album__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="sharing_links"),
            models.Index(fields=["revoked_at"], name="sharing_revoked", condition=Q(revoked_at__isnull=False)),
            models.Index(fields=["expires_at"], name="sharing_expiring", condition=Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"link {self.id} of {self.owner_id}"
