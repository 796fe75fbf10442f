"""The desk's screens of pictures."""

from newsroom.media.admin.images import ImageAdmin

__all__ = ["ImageAdmin"]
