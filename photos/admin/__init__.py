from photos.admin.media import MediaAdmin
from photos.admin.posts import LikeAdmin, PostAdmin, TagAdmin
from photos.admin.storage import MaintenanceRunAdmin, OriginalCopyAdmin, StorageAlarmAdmin

__all__ = [
    "LikeAdmin",
    "MaintenanceRunAdmin",
    "MediaAdmin",
    "OriginalCopyAdmin",
    "PostAdmin",
    "StorageAlarmAdmin",
    "TagAdmin",
]
