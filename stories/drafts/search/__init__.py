"""Search in drafts for the desk: an index of the newest revisions, which public pages never read."""

from stories.drafts.search.index import (
    find_unindexed,
    index_all,
    index_work,
    index_works,
    reindex_document,
    remove_work,
)
from stories.drafts.search.query import Asked, build_similar_sql

__all__ = [
    "Asked",
    "build_similar_sql",
    "find_unindexed",
    "index_all",
    "index_work",
    "index_works",
    "reindex_document",
    "remove_work",
]
