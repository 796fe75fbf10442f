"""Search queries: the parsed words, and conditions made from them."""
