"""Three-way merge of documents: two later states of one document, joined where they changed different places."""

from stories.merging.citing import apart
from stories.merging.joining import as_rows_of, merge
from stories.merging.nearness import nearest
from stories.merging.result import Conflict, Merged

__all__ = ["Conflict", "Merged", "apart", "as_rows_of", "merge", "nearest"]
