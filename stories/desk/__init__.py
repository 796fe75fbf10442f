"""The only bridge between desk rows and documents."""

from stories.desk.articles import describe_articles
from stories.desk.beginning import Begun, begin
from stories.desk.meanwhile import saying
from stories.desk.restoring import UnknownPictureError, restore
from stories.desk.snapshots import rows_of, snapshot, snapshots, snapshots_of

__all__ = [
    "Begun",
    "UnknownPictureError",
    "begin",
    "describe_articles",
    "restore",
    "rows_of",
    "saying",
    "snapshot",
    "snapshots",
    "snapshots_of",
]
