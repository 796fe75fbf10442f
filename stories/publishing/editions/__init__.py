"""The rows that a publication writes: editions, projections, search entries, related stories and page keys."""
