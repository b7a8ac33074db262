from photos.models.avatars import Avatar
from photos.models.likes import Like
from photos.models.media import Media, OriginalCopy, Rendition
from photos.models.posts import Post, PostTag, Tag

__all__ = ["Avatar", "Like", "Media", "OriginalCopy", "Post", "PostTag", "Rendition", "Tag"]
