"""The search index of what readers can read: adding to it, removing from it, and what it contains."""

from newsroom.search.index.indexed_models import is_begun, known, known_of, knows, knows_edition
from newsroom.search.index.write import (
    empty,
    end,
    end_many,
    forget,
    forget_edition,
    index,
    index_many,
    lead_to,
    settle,
    tidy,
    tidy_all,
    tidy_many,
)

__all__ = [
    "empty",
    "end",
    "end_many",
    "forget",
    "forget_edition",
    "index",
    "index_many",
    "is_begun",
    "known",
    "known_of",
    "knows",
    "knows_edition",
    "lead_to",
    "settle",
    "tidy",
    "tidy_all",
    "tidy_many",
]
