from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharing.querysets import ConnectionQuerySet, CrossPostQuerySet


class Network(models.TextChoices):
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    TUMBLR = "tumblr", "Tumblr"
    FLICKR = "flickr", "Flickr"
    FACEBOOK = "facebook", "Facebook Page"
    X = "x", "X"


class NetworkApp(models.Model):
    """What a Mastodon server has given this site when it registered there; `sealed` holds its client id and secret."""

    host = models.CharField(max_length=260, unique=True)
    sealed = models.TextField()
    callback = models.CharField(max_length=300, help_text="The address that people come back to; another is refused.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.host


class Connection(models.Model):
    """An account of `owner` elsewhere. It stays when it is disconnected, without its secrets, so that nothing is posted
    there twice if it comes back.
    """

    class State(models.TextChoices):
        CONNECTED = "connected"
        REFUSED = "refused"
        DISCONNECTED = "disconnected"

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="connections")
    network = models.CharField(max_length=10, choices=Network.choices)
    host = models.CharField(max_length=260, blank=True, help_text="The server, where people choose one.")
    remote_id = models.CharField(max_length=200, help_text="What the network knows the account by.")
    name = models.CharField(max_length=200, help_text="What its people know it by.")
    address = models.CharField(max_length=500, blank=True, help_text="Its page there.")
    sealed = models.TextField(blank=True, help_text="Tokens, encrypted; empty when there are none.")
    automatic = models.BooleanField(default=False, help_text="Whatever is published for everyone goes there, too.")
    automatic_since = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CONNECTED)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ConnectionQuerySet] = ConnectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "network", "host", "remote_id"], name="sharing_connection_once")
        ]
        indexes = [models.Index(fields=["owner"], name="sharing_automatic", condition=Q(automatic=True))]

    def __str__(self) -> str:
        return f"{self.name} at {self.network}"


class CrossPost(models.Model):
    """A post on its way to an account elsewhere, or there. One row for each pair, so that it goes there once."""

    DOUBT = "in doubt since"  # in `progress`: when somebody first did not know whether it stands there

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        GIVEN_UP = "given_up"
        UNKNOWN = "unknown"

    id = models.BigIntegerField(primary_key=True, editable=False)
    post = models.ForeignKey("photos.Post", models.CASCADE, related_name="cross_posts")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="cross_posts")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(help_text="While it waits.")
    begun_at = models.DateTimeField(null=True, blank=True, help_text="When the try began that runs, or ran last.")
    code = models.CharField(max_length=40, blank=True, help_text="Of what went wrong, for programs.")
    problem = models.CharField(max_length=300, blank=True, help_text="The same for people.")
    remote_id = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=500, blank=True, help_text="Where it stands there.")
    progress = models.JSONField(default=dict, blank=True, help_text="Which of several pictures are there already.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CrossPostQuerySet] = CrossPostQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "connection"], name="sharing_cross_post_once")]
        indexes = [
            models.Index(fields=["connection", "-id"], name="sharing_cross_posts"),
            models.Index(
                fields=["next_try_at"],
                name="sharing_cross_waiting",
                condition=Q(state__in=["waiting", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.post_id} to {self.connection_id}"
