from typing import ClassVar

from django.conf import settings
from django.db import models

from photos.models.posts import Post
from photos.querysets import AlbumQuerySet

ALBUM_TITLE_LENGTH = 120
ALBUM_TEXT_LENGTH = 2200


class Album(models.Model):
    """An ordered set of posts of `owner`. Its audience says who may open it; each post in it keeps its own."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="albums")
    title = models.CharField(max_length=ALBUM_TITLE_LENGTH)
    text = models.CharField(max_length=ALBUM_TEXT_LENGTH, blank=True)
    audience = models.CharField(max_length=16, choices=Post.Audience.choices, default=Post.Audience.PUBLIC)
    cover = models.ForeignKey(Post, models.SET_NULL, null=True, blank=True, related_name="+")
    posts = models.ManyToManyField(Post, through="AlbumItem", related_name="albums")
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)

    standing_row: str | None = None  # what `photos.albums.told` has loaded of how the viewer stands to the owner
    objects: ClassVar[AlbumQuerySet] = AlbumQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["owner", "-id"], name="photos_albums")]

    def __str__(self) -> str:
        return self.title

    @property
    def audience_label(self) -> str:
        return self.get_audience_display()


class AlbumItem(models.Model):
    """A post stands at a place in an album of the same person; places are compared and need not be neighbours."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    album = models.ForeignKey(Album, models.CASCADE, related_name="items")
    post = models.ForeignKey(Post, models.CASCADE, related_name="album_items")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "album", "post"], name="photos_album_item_once")]
        indexes = [models.Index(fields=["album", "position", "id"], name="photos_album_order")]

    def __str__(self) -> str:
        return f"{self.post_id} in {self.album_id}"
