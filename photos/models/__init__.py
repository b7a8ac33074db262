from photos.models.albums import Album, AlbumItem
from photos.models.avatars import Avatar, Header
from photos.models.blocked_images import BlockedImage
from photos.models.comments import Comment, CommentLike, CommentMention, CommentVersion
from photos.models.likes import Like
from photos.models.maintenance import MaintenanceRun, StorageAlarm
from photos.models.media import Media, OriginalCopy, Rendition
from photos.models.people import PersonTag
from photos.models.places import Place
from photos.models.posts import Post, PostTag, Tag, TagFollow
from photos.models.saves import Collection, CollectionItem, Save
from photos.models.uploads import Upload, UploadPart
from photos.models.words import KnownWord, PostWords

__all__ = [
    "Album",
    "AlbumItem",
    "Avatar",
    "BlockedImage",
    "Collection",
    "CollectionItem",
    "Comment",
    "CommentLike",
    "CommentMention",
    "CommentVersion",
    "Header",
    "KnownWord",
    "Like",
    "MaintenanceRun",
    "Media",
    "OriginalCopy",
    "PersonTag",
    "Place",
    "Post",
    "PostTag",
    "PostWords",
    "Rendition",
    "Save",
    "StorageAlarm",
    "Tag",
    "TagFollow",
    "Upload",
    "UploadPart",
]
