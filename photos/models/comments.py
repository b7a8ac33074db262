from typing import ClassVar

from django.conf import settings
from django.db import models

from photos.querysets import CommentLikeQuerySet, CommentQuerySet

COMMENT_LENGTH = 2200


class Comment(models.Model):
    """What somebody says about a post, or, with a `parent`, in reply to a comment; a reply has no replies.

    `waiting` for the author of the post to let it out, seen until then by these two alone; `removed` by staff.
    """

    class State(models.TextChoices):
        PUBLISHED = "published"
        WAITING = "waiting"
        REMOVED = "removed"

    id = models.BigIntegerField(primary_key=True, editable=False)
    post = models.ForeignKey("photos.Post", models.CASCADE, related_name="said")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    text = models.TextField(max_length=COMMENT_LENGTH)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    like_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True, help_text="When the author of the post put it on top.")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_for = models.CharField(max_length=200, blank=True, help_text="The rule it broke, as its author reads it.")

    standing_row: str | None = None  # what `photos.comment_standings.heard_by` has loaded, and the next three, too
    viewer_likes: bool
    viewer_follows: bool
    surplus_likes: int
    siblings: int  # with itself, as `photos.conversations.threads` counts them
    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["post", "parent", "id"], name="photos_comments"),
            models.Index(fields=["author", "-id"], name="photos_comments_of"),
            models.Index(fields=["post", "id"], name="photos_comments_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.post_id}"


class CommentVersion(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions")
    text = models.TextField(max_length=COMMENT_LENGTH)
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["comment", "-id"], name="photos_comment_history")]

    def __str__(self) -> str:
        return f"version {self.pk} of {self.comment_id}"


class CommentMention(models.Model):
    """Somebody whom a comment names, under whatever name they had then."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentioned")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentioned_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="photos_mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} mentions {self.person_id}"


class CommentLike(models.Model):
    id = models.BigIntegerField(primary_key=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="comment_likes")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(auto_now_add=True)

    standing_row: str | None = None
    objects: ClassVar[CommentLikeQuerySet] = CommentLikeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "comment"], name="photos_comment_like_once")]
        indexes = [models.Index(fields=["comment", "-id"], name="photos_comment_likes")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.comment_id}"
