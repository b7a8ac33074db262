from django.conf import settings
from django.db import models

from photos.models.media import ALT_TEXT_LENGTH


class Avatar(models.Model):
    """The media whose square rendition is a person's profile picture."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="avatar")
    media = models.ForeignKey("photos.Media", models.CASCADE, related_name="avatar_of")

    def __str__(self) -> str:
        return f"avatar of {self.user_id}"


class Header(models.Model):
    """The media that is the wide picture on top of a person's profile, and what it shows in words."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="chosen_header"
    )
    media = models.ForeignKey("photos.Media", models.CASCADE, related_name="header_of")
    alt_text = models.TextField(max_length=ALT_TEXT_LENGTH, blank=True)

    def __str__(self) -> str:
        return f"header of {self.user_id}"
