"""The only bridge between desk rows and documents."""

from stories.desk.restoring import UnknownPictureError, restore
from stories.desk.snapshots import snapshot

__all__ = ["UnknownPictureError", "restore", "snapshot"]
