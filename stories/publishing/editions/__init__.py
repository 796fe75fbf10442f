"""What a publication writes: editions, their projections, their place in the search index, and what is related."""
