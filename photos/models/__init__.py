from photos.models.avatars import Avatar, Header
from photos.models.likes import Like
from photos.models.maintenance import MaintenanceRun, StorageAlarm
from photos.models.media import Media, OriginalCopy, Rendition
from photos.models.posts import Post, PostTag, Tag, TagFollow
from photos.models.uploads import Upload, UploadPart
from photos.models.words import PostWords

__all__ = [
    "Avatar",
    "Header",
    "Like",
    "MaintenanceRun",
    "Media",
    "OriginalCopy",
    "Post",
    "PostTag",
    "PostWords",
    "Rendition",
    "StorageAlarm",
    "Tag",
    "TagFollow",
    "Upload",
    "UploadPart",
]
