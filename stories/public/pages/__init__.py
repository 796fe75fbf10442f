"""The content of each kind of public page, built from editions, never from drafts, in a limited number of queries."""
