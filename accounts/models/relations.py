from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now


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


class MuteQuerySet(QuerySet["Mute"]):
    def in_force(self) -> "MuteQuerySet":
        """Without those whose time is over."""
        return self.filter(Q(until=None) | Q(until__gt=Now()))

    def of_everything(self) -> "MuteQuerySet":
        """Those in force that also keep the person out of tags, suggestions and lists of people."""
        return self.in_force().filter(scope="everything")


class Mute(models.Model):
    """`muter` does not want to see `muted` for a while or for good; nobody else can tell."""

    class Scope(models.TextChoices):
        POSTS = "posts", "Posts"
        EVERYTHING = "everything", "Everything"

    id = models.BigIntegerField(primary_key=True, editable=False)
    muter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_by")
    scope = models.CharField(
        max_length=10,
        choices=Scope.choices,
        default=Scope.POSTS,
        help_text="Posts: out of feed and Explore. Everything: also out of tags, suggestions, lists and notices.",
    )
    until = models.DateTimeField(null=True, blank=True, help_text="When it ends by itself.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MuteQuerySet] = MuteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="accounts_mute_once"),
            models.CheckConstraint(condition=~models.Q(muter=models.F("muted")), name="accounts_no_self_mute"),
        ]
        indexes = [models.Index(fields=["until"], name="accounts_mute_until", condition=models.Q(until__isnull=False))]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.muted_id}"


class Restriction(models.Model):
    """What `restricted` does at the posts of `owner` (likes, comments) is shown to these two alone."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="restrictions")
    restricted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="restricted_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "restricted"], name="accounts_restrict_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("restricted")), name="accounts_no_self_restrict"),
        ]
        indexes = [models.Index(fields=["restricted", "owner"], name="accounts_restricted_by")]

    def __str__(self) -> str:
        return f"{self.owner_id} restricts {self.restricted_id}"


class CloseFriend(models.Model):
    """`friend` sees what `owner` posts for close friends; only `owner` knows who is on the list."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="close_friends")
    friend = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="close_friend_of")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "friend"], name="accounts_close_friend_once"),
            models.CheckConstraint(condition=~models.Q(owner=models.F("friend")), name="accounts_no_self_close_friend"),
        ]
        indexes = [models.Index(fields=["friend", "owner"], name="accounts_close_friend_of")]

    def __str__(self) -> str:
        return f"{self.friend_id} is a close friend of {self.owner_id}"


class DismissedSuggestion(models.Model):
    """`user` does not want `dismissed` suggested again."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dismissed_suggestions")
    dismissed = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "dismissed"], name="accounts_dismiss_once"),
            models.CheckConstraint(condition=~models.Q(user=models.F("dismissed")), name="accounts_no_self_dismiss"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} dismissed {self.dismissed_id}"
