from django.conf import settings
from django.db import models


class Device(models.Model):
    """A browser in which a person logged in, once for each session.

    It stays when the session has ended: the next log-in there is not one on a new device.
    """

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    session = models.CharField(  # noqa: DJ001  unique where there is one
        max_length=40, unique=True, null=True, help_text="Under what the session is kept; empty once it was ended."
    )
    browser = models.CharField(max_length=64, help_text="SHA-256 of the person and of the cookie this browser keeps.")
    name = models.CharField(max_length=200, blank=True, help_text="What the browser said it is, in words.")
    address = models.CharField(max_length=45, blank=True, help_text="The network address it was last used from.")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(db_index=True, help_text="To the hour.")

    class Meta:
        indexes = [models.Index(fields=["user", "browser"], name="accounts_known_browsers")]

    def __str__(self) -> str:
        return f"{self.name or self.pk} of {self.user_id}"
