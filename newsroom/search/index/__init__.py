"""The search index of everything that readers can read: add and remove entries, and list its content."""

from newsroom.search.index.indexed_models import (
    IndexedDocument,
    find_documents,
    has_documents,
    is_edition_indexed,
    is_indexed,
    list_indexed,
)
from newsroom.search.index.write import (
    empty_index,
    end_edition,
    end_editions,
    index_entries,
    index_entry,
    merge_entity,
    purge_deleted_words,
    remove_all_expired,
    remove_edition,
    remove_expired,
    remove_object,
)

__all__ = [
    "IndexedDocument",
    "empty_index",
    "end_edition",
    "end_editions",
    "find_documents",
    "has_documents",
    "index_entries",
    "index_entry",
    "is_edition_indexed",
    "is_indexed",
    "list_indexed",
    "merge_entity",
    "purge_deleted_words",
    "remove_all_expired",
    "remove_edition",
    "remove_expired",
    "remove_object",
]
