from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone


class SecurityEvent(models.Model):
    """One line of the security log that a person can read: what happened to the account, when, and from where."""

    class Kind(models.TextChoices):
        SIGNED_UP = "signed_up", "Account made"
        LOGGED_IN = "logged_in", "Logged in"
        NEW_DEVICE = "new_device", "Logged in on a new device"
        LOGIN_FAILED = "login_failed", "Wrong password"
        LOGGED_OUT = "logged_out", "Logged out"
        SESSION_ENDED = "session_ended", "A session was ended"
        REAUTHENTICATED = "reauthenticated", "Password confirmed"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        PASSWORD_RESET = "password_reset", "Password reset by e-mail"
        EMAIL_CHANGED = "email_changed", "E-mail address changed"
        TOTP_ADDED = "totp_added", "Authenticator app added"
        TOTP_REMOVED = "totp_removed", "Authenticator app removed"
        CODES_MADE = "codes_made", "Recovery codes made"
        CODE_USED = "code_used", "Recovery code used"
        CODE_FAILED = "code_failed", "Wrong code of a second factor"
        PASSKEY_ADDED = "passkey_added", "Passkey added"
        PASSKEY_REMOVED = "passkey_removed", "Passkey removed"
        PROVIDER_ADDED = "provider_added", "Log-in by another site added"
        PROVIDER_REMOVED = "provider_removed", "Log-in by another site removed"
        TOKEN_MADE = "token_made", "Access token made"
        TOKEN_REVOKED = "token_revoked", "Access token revoked"
        APP_ALLOWED = "app_allowed", "App allowed to act for you"
        APP_FORBIDDEN = "app_forbidden", "App no longer allowed"
        USERNAME_CHANGED = "username_changed", "Username changed"
        RENAMED = "renamed", "Username changed by the people who run the site"
        RIGHTS_CHANGED = "rights_changed", "Rights changed by the people who run the site"
        EXPORT_MADE = "export_made", "Export asked for"
        EXPORT_FETCHED = "export_fetched", "Export downloaded"
        DEACTIVATED = "deactivated", "Account deactivated"
        DELETION_ASKED = "deletion_asked", "Deletion of the account asked for"
        REOPENED = "reopened", "Account reopened"

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="security_events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    detail = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True, help_text="The network address it came from.")
    device = models.CharField(max_length=200, blank=True, help_text="What the browser or app said it is.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="accounts_security_log")]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class InvitationQuerySet(QuerySet["Invitation"]):
    def in_force(self) -> "InvitationQuerySet":
        """Those that let somebody in now."""
        return self.filter(uses_left__gt=0, revoked_at=None, expires_at__gt=Now())


class Invitation(models.Model):
    """Lets one or more people sign up where that needs an invitation. Only the SHA-256 of its code is kept."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    note = models.CharField(max_length=100, blank=True)
    places = models.PositiveIntegerField(default=1, help_text="For how many people it was made.")
    uses_left = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["inviter", "-id"], name="accounts_invitations")]

    def __str__(self) -> str:
        return self.note or f"invitation {self.pk}"

    @property
    def state(self) -> str:
        """`open` while it lets somebody in, else why not: `revoked`, `used` or `over`."""
        if self.revoked_at is not None:
            return "revoked"
        if not self.uses_left:
            return "used"
        return "open" if self.expires_at > timezone.now() else "over"


class DeletionReceipt(models.Model):
    """What was deleted with an account, and when: kept without anything that names the person."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    code = models.CharField(
        max_length=43, unique=True, help_text="Sent to the person; who has it may read the receipt."
    )
    user_id = models.BigIntegerField(null=True, blank=True, unique=True, help_text="Whose, until it is completed.")
    asked_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, help_text="How many rows and objects of each kind were deleted.")

    def __str__(self) -> str:
        return f"receipt {self.pk}"
