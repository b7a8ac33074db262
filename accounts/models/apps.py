import re
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from oauth2_provider.models import AbstractApplication

from accounts.models.tokens import AccessToken

NAME_LENGTH = 60
LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(/[^\s#]*)?")


class App(AbstractApplication):
    """A program that people may let act for them by OAuth 2. Of its secret only a hash is kept.

    `user` is who registered it, None for an app that registered itself. `website` was typed by them and is not checked.
    """

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True)
    website = models.URLField(blank=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=AccessToken.Scope.choices), default=list)

    objects: ClassVar[models.Manager["App"]] = models.Manager()

    class Meta(AbstractApplication.Meta):
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="accounts_app_has_a_name")]

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Whether it is one of those that were registered, sign by sign; on the own machine any port is good."""
        return any(uri == known or _is_same_loopback(uri, known) for known in self.redirect_uris.split())

    def is_usable(self, request: Any) -> bool:
        """An app whose owner was put out of sight works for nobody."""
        return self.user is None or self.user.is_active


class AppPermission(models.Model):
    """That a person lets an app act for them, with what scopes. It goes when they take it back."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="app_permissions")
    app = models.ForeignKey(App, models.CASCADE, related_name="permissions")
    scopes = ArrayField(models.CharField(max_length=10, choices=AccessToken.Scope.choices))
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "app"], name="accounts_permission_once")]

    def __str__(self) -> str:
        return f"{self.app_id} for {self.user_id}"


def _is_same_loopback(uri: str, known: str) -> bool:
    """RFC 8252, 7.3: a program on the person's machine listens where there is room."""
    return _without_port(uri) == _without_port(known) != ""


def _without_port(uri: str) -> str:
    """The address without its port; "" for one that does not lead to the own machine."""
    found = LOOPBACK.fullmatch(uri)
    return f"{found[1]}{found[2] or ''}" if found else ""
