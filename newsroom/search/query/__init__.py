"""Search queries: the words that are typed, and the conditions on them."""
