from sharing.models.links import ShareLink

__all__ = ["ShareLink"]
