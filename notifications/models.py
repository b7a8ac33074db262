from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from notifications.push_querysets import PushSubscriptionQuerySet
from notifications.querysets import NotificationQuerySet

TEXT_LENGTH = 300


class Kind(models.TextChoices):
    """What a person can be told of."""

    LIKE = "like", "Likes"
    COMMENT = "comment", "Comments"
    REPLY = "reply", "Replies"
    COMMENT_LIKE = "comment_like", "Likes of comments"
    MENTION = "mention", "Mentions"
    TAG = "tag", "Being tagged"
    FOLLOW = "follow", "New followers"
    REQUEST = "request", "Follow requests"
    ACCEPTED = "accepted", "Granted requests"
    COMMENT_WAITING = "comment_waiting", "Comments that wait for you"
    TAG_WAITING = "tag_waiting", "Tags that wait for you"
    UPLOAD_DONE = "upload_done", "Finished uploads"
    UPLOAD_FAILED = "upload_failed", "Failed uploads"
    NOTICE = "notice", "Word from the people who run the site"


class Notification(models.Model):
    """One thing a person is told, once: that `actor` did something, at a post or comment if there is one.

    A NOTICE has its words and the path of a page instead, and words of UPLOAD_FAILED say what was wrong. Whether the
    recipient may still see what it leads to is asked at each look, never kept.
    """

    id = models.BigIntegerField(primary_key=True, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    post = models.ForeignKey("photos.Post", models.CASCADE, null=True, blank=True, related_name="+")
    comment = models.ForeignKey("photos.Comment", models.CASCADE, null=True, blank=True, related_name="+")
    about = models.BigIntegerField(
        default=0, help_text="The post or comment by which it is grouped with others of its kind; 0 is the person."
    )
    text = models.CharField(max_length=TEXT_LENGTH, blank=True)
    address = models.CharField(max_length=200, blank=True, help_text="The path of the page a notice leads to.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    standing_row: str | None = None  # what `accounts.standings.with_standing` has loaded
    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "actor", "post", "comment"],
                condition=~Q(kind="notice"),
                nulls_distinct=False,
                name="notifications_once",
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_newest"),
            models.Index(fields=["recipient", "kind", "about", "-id"], name="notifications_group"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.recipient_id}"


class Choice(models.Model):
    """Where a person wants to be told of a kind, once it differs from what `notifications.choices` says by itself."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    in_app = models.BooleanField()
    push = models.BooleanField()
    mail = models.BooleanField(help_text="In the daily digest.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notifications_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"


class Reader(models.Model):
    """How far a person has read, and how far the digest has told them; both are ids of notifications."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notification_reader"
    )
    read_up_to = models.BigIntegerField(default=0)
    mailed_up_to = models.BigIntegerField(default=0)
    wants_digest = models.BooleanField(default=True)
    digest_at = models.DateTimeField(null=True, blank=True, help_text="When the next digest is due.")

    class Meta:
        indexes = [
            models.Index(fields=["digest_at"], name="notifications_digest_due", condition=Q(digest_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"reader {self.user_id}"


class PushSubscription(models.Model):
    """A browser or app that is told at once, through the push service behind `endpoint` (RFC 8030)."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    device = models.ForeignKey(
        "accounts.Device",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="push_subscriptions",
        help_text="The browser session it belongs to, with which it ends.",
    )
    app = models.ForeignKey(
        "accounts.App",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="push_subscriptions",
        help_text="The app it belongs to; it ends when the app is forbidden.",
    )
    token = models.ForeignKey(
        "accounts.AccessToken",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="push_subscriptions",
        help_text="The personal access token it belongs to, with which it ends.",
    )
    endpoint = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the endpoint.")
    p256dh = models.CharField(max_length=100, help_text="Public key of the browser, base64url.")
    auth = models.CharField(max_length=40, help_text="Authentication secret of the browser, base64url.")
    name = models.CharField(max_length=200, blank=True, help_text="What the browser or app said it is, in words.")
    kinds = ArrayField(
        models.CharField(max_length=16, choices=Kind.choices),
        null=True,
        blank=True,
        help_text="What it is told of; empty for all the person wants pushed.",
    )
    shows_text = models.BooleanField(default=False, help_text="Names and words may go through the push service.")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")

    objects: ClassVar[PushSubscriptionQuerySet] = PushSubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="notifications_endpoint_once")]
        indexes = [models.Index(fields=["digest"], name="notifications_endpoint")]

    def __str__(self) -> str:
        return f"{self.name or self.pk} of {self.user_id}"
