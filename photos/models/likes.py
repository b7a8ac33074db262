from typing import ClassVar

from django.conf import settings
from django.db import models

from photos.querysets import LikeQuerySet


class Like(models.Model):
    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    post = models.ForeignKey("photos.Post", models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[LikeQuerySet] = LikeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="photos_like_once")]
        indexes = [models.Index(fields=["post", "-id"], name="photos_post_likes")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"
