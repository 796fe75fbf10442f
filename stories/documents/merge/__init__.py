"""Three-way merge of documents, which combines changes in different places."""

from stories.documents.merge.citations import renumber_added_sources
from stories.documents.merge.documents import adopt_row_uids, merge
from stories.documents.merge.nearest import find_nearest_state
from stories.documents.merge.result import Conflict, MergeResult

__all__ = ["Conflict", "MergeResult", "adopt_row_uids", "find_nearest_state", "merge", "renumber_added_sources"]
