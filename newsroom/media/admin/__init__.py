"""The admin screens of the image library."""

from newsroom.media.admin.images import ImageAdmin

__all__ = ["ImageAdmin"]
