from django.conf import settings
from django.db import models


class Follow(models.Model):
    """`follower` follows `followee`; of a private account it starts as a request."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        ACCEPTED = "accepted"

    id = models.BigIntegerField(primary_key=True, editable=False)
    follower = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    followee = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followed_by")
    state = models.CharField(max_length=10, choices=State.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followee"], name="accounts_follow_once"),
            models.CheckConstraint(condition=~models.Q(follower=models.F("followee")), name="accounts_no_self_follow"),
        ]
        indexes = [
            models.Index(fields=["followee", "state", "-id"], name="accounts_followers"),
            models.Index(fields=["follower", "state", "-id"], name="accounts_following"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} {self.state} {self.followee_id}"


class Block(models.Model):
    """`blocker` and `blocked` do not see each other any more."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    blocker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="accounts_block_once"),
            models.CheckConstraint(condition=~models.Q(blocker=models.F("blocked")), name="accounts_no_self_block"),
        ]
        indexes = [models.Index(fields=["blocked", "blocker"], name="accounts_blocked_by")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class Mute(models.Model):
    """`muter` does not want `muted` in the feed; nobody else can tell."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    muter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="accounts_mute_once"),
            models.CheckConstraint(condition=~models.Q(muter=models.F("muted")), name="accounts_no_self_mute"),
        ]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.muted_id}"
