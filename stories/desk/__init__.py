"""The only bridge between desk rows and documents."""

from stories.desk.articles import describe_articles
from stories.desk.beginning import Begun, begin
from stories.desk.meanwhile import saying
from stories.desk.reading import Rows
from stories.desk.restoring import UnknownPictureError, restore
from stories.desk.snapshots import snapshot, snapshots, snapshots_of

__all__ = [
    "Begun",
    "Rows",
    "UnknownPictureError",
    "begin",
    "describe_articles",
    "restore",
    "saying",
    "snapshot",
    "snapshots",
    "snapshots_of",
]
