"""Template tags and filters of public pages: head metadata, search results and counts."""
