from sharing.models.connections import Connection, CrossPost, NetworkApp
from sharing.models.links import ShareLink

__all__ = ["Connection", "CrossPost", "NetworkApp", "ShareLink"]
