"""What drafts say, as the desk searches it: the newest revision of each work, in an index that no reader's page asks."""

from stories.drafts.search.index import fill, forget, keep, keep_again, keep_all, missing
from stories.drafts.search.query import Asked, holding

__all__ = ["Asked", "fill", "forget", "holding", "keep", "keep_again", "keep_all", "missing"]
