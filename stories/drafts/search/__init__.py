"""Search in drafts, for the desk only: an index of the newest revision of each work."""

from stories.drafts.search.index import (
    find_unindexed,
    index_all,
    index_work,
    index_works,
    reindex_document,
    remove_work,
)
from stories.drafts.search.query import DraftQuery, build_similar_sql

__all__ = [
    "DraftQuery",
    "build_similar_sql",
    "find_unindexed",
    "index_all",
    "index_work",
    "index_works",
    "reindex_document",
    "remove_work",
]
