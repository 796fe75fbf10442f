"""Search in drafts for the desk: an index of the newest revisions, which public pages never read."""

from stories.drafts.search.index import fill, forget, keep, keep_again, keep_all, missing
from stories.drafts.search.query import Asked, holding

__all__ = ["Asked", "fill", "forget", "holding", "keep", "keep_again", "keep_all", "missing"]
