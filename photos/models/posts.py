from typing import ClassVar

import orjson
from django.conf import settings
from django.db import models
from django.utils import timezone

from core.rows import from_rows, keep_related
from photos.models.media import Media, Rendition
from photos.places import SLUG_LENGTH
from photos.querysets import PostQuerySet

TITLE_LENGTH = 120
CAPTION_LENGTH = 2200
TAG_LENGTH = 64
MAX_TAGS = 30


class Tag(models.Model):
    """A word posts are filed under, in the one spelling of `core.text.fold_tag`."""

    name = models.CharField(max_length=TAG_LENGTH, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What is published: one to twenty media with a title, a caption and an audience."""

    class Audience(models.TextChoices):
        PUBLIC = "public", "Everyone"
        UNLISTED = "unlisted", "Anyone with the link"
        FOLLOWERS = "followers", "Followers"
        CLOSE_FRIENDS = "close_friends", "Close friends"
        ONLY_ME = "only_me", "Only me"

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHING = "publishing"
        PUBLISHED = "published"
        ARCHIVED = "archived"
        TRASHED = "trashed"
        REMOVED = "removed"

    class Comments(models.TextChoices):
        EVERYONE = "everyone"
        FOLLOWERS = "followers"
        OFF = "off"

    class Licence(models.TextChoices):
        ALL_RIGHTS = "all_rights", "All rights reserved"
        CC_BY = "cc_by", "CC BY 4.0"
        CC_BY_SA = "cc_by_sa", "CC BY-SA 4.0"
        CC_BY_NC = "cc_by_nc", "CC BY-NC 4.0"
        CC_BY_NC_ND = "cc_by_nc_nd", "CC BY-NC-ND 4.0"
        CC0 = "cc0", "CC0, public domain"

    id = models.BigIntegerField(primary_key=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    caption = models.TextField(max_length=CAPTION_LENGTH, blank=True)
    location_name = models.CharField(max_length=100, blank=True)
    place_slug = models.CharField(
        max_length=SLUG_LENGTH, blank=True, default="", db_default="", editable=False, help_text="Of the location name."
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    audience = models.CharField(max_length=13, choices=Audience.choices, default=Audience.PUBLIC)
    sensitive = models.BooleanField(default=False)
    sensitive_by_staff = models.BooleanField(
        default=False, help_text="Staff marked it: its author cannot take it back."
    )
    sensitive_before = models.BooleanField(
        default=False, editable=False, help_text="While staff have it marked: what its author wants."
    )
    spoiler = models.CharField(max_length=100, blank=True)
    comments = models.CharField(max_length=10, choices=Comments.choices, default=Comments.EVERYONE)
    downloads = models.BooleanField(default=False, help_text="Whoever sees the post may download the originals.")
    licence = models.CharField(max_length=12, choices=Licence.choices, default=Licence.ALL_RIGHTS)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHING)
    like_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_for = models.CharField(max_length=200, blank=True, help_text="The rule it broke, as its author reads it.")
    rekey_wanted_at = models.DateTimeField(null=True, blank=True, help_text="Its files must still move to new names.")
    tags = models.ManyToManyField(Tag, through="PostTag", related_name="posts")

    standing_row: str | None = None  # what `photos.standings.seen_by` has loaded, and the next one, too
    viewer_row: str | None = None
    objects: ClassVar[PostQuerySet] = PostQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["author", "-id"], name="photos_post_author"),
            models.Index(
                fields=["-id"], name="photos_post_public", condition=models.Q(audience="public", state="published")
            ),
            models.Index(fields=["place_slug", "-id"], name="photos_post_place", condition=models.Q(place_slug__gt="")),
            models.Index(fields=["trashed_at"], name="photos_post_trashed", condition=models.Q(state="trashed")),
            models.Index(
                fields=["rekey_wanted_at"], name="photos_post_rekey", condition=models.Q(rekey_wanted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"post {self.pk}"

    def _take_media(self, text: str) -> None:
        rows = orjson.loads(text)
        media = from_rows(Media, [row for row, _ in rows])
        for item, (_, renditions) in zip(media, rows, strict=True):
            keep_related(item, "renditions", from_rows(Rendition, renditions))
        keep_related(self, "media", media)

    def _take_tags(self, text: str) -> None:
        keep_related(self, "tags", from_rows(Tag, orjson.loads(text)))

    media_rows = property(None, _take_media, doc="What PostQuerySet.for_cards annotates, kept as `media` and `tags`.")
    tag_rows = property(None, _take_tags)


class PostTag(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="post_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="post_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "tag"], name="photos_tag_once")]
        indexes = [models.Index(fields=["tag", "-post"], name="photos_tag_posts")]

    def __str__(self) -> str:
        return f"{self.post_id} #{self.tag_id}"


class TagFollow(models.Model):
    """`user` follows a tag; its posts join their Latest only if they ask for it (`User.tags_in_latest`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tag_follows")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tag"], name="photos_tag_follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows #{self.tag_id}"
