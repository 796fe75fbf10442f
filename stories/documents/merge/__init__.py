"""Three-way merge: two later states of a document become one where they changed different places."""

from stories.documents.merge.citations import apart
from stories.documents.merge.documents import as_rows_of, merge
from stories.documents.merge.nearest import nearest
from stories.documents.merge.result import Conflict, Merged

__all__ = ["Conflict", "Merged", "apart", "as_rows_of", "merge", "nearest"]
