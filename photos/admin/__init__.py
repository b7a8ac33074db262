from photos.admin.blocked_images import BlockedImageAdmin
from photos.admin.media import MediaAdmin
from photos.admin.posts import LikeAdmin, PostAdmin, TagAdmin
from photos.admin.storage import MaintenanceRunAdmin, OriginalCopyAdmin, StorageAlarmAdmin

__all__ = [
    "BlockedImageAdmin",
    "LikeAdmin",
    "MaintenanceRunAdmin",
    "MediaAdmin",
    "OriginalCopyAdmin",
    "PostAdmin",
    "StorageAlarmAdmin",
    "TagAdmin",
]
