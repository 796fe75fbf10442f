"""The only bridge between desk rows and documents."""

from stories.drafts.article_urls import describe_articles
from stories.drafts.create import Begun, begin
from stories.drafts.references import UnknownPictureError
from stories.drafts.restore import restore, saying
from stories.drafts.rows import Rows
from stories.drafts.snapshot import snapshot, snapshots, snapshots_of

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
