from django.conf import settings
from django.db import models


class Avatar(models.Model):
    """The media whose square rendition is a person's profile picture."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="avatar")
    media = models.ForeignKey("photos.Media", models.CASCADE, related_name="avatar_of")

    def __str__(self) -> str:
        return f"avatar of {self.user_id}"
