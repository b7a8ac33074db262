from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone


class AccessTokenQuerySet(QuerySet["AccessToken"]):
    def live(self) -> "AccessTokenQuerySet":
        """Those neither revoked nor over."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


class AccessToken(models.Model):
    """A personal access token for the API. Only its SHA-256 is kept; the token itself is shown once."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"
        FOLLOW = "follow"
        PUSH = "push"

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty for a token that does not end by itself.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AccessTokenQuerySet] = AccessTokenQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name
