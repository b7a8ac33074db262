from django.conf import settings
from django.db import models


class FormerName(models.Model):
    """A username that was given up: it leads to its person, and nobody else may have it, until `held_until`."""

    username = models.CharField(max_length=30, primary_key=True)
    look = models.CharField(max_length=60, unique=True, help_text="As `accounts.names.look_of` has it.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="former_names"
    )
    held_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.username
