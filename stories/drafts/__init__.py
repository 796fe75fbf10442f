"""The only bridge between the rows of drafts and documents."""

from stories.drafts.article_urls import describe_articles
from stories.drafts.create import CreatedWorks, create_works
from stories.drafts.references import UnknownPictureError
from stories.drafts.restore import restore, restored_for_a_while
from stories.drafts.rows import Rows
from stories.drafts.snapshot import snapshot, snapshots, snapshots_of

__all__ = [
    "CreatedWorks",
    "Rows",
    "UnknownPictureError",
    "create_works",
    "describe_articles",
    "restore",
    "restored_for_a_while",
    "snapshot",
    "snapshots",
    "snapshots_of",
]
