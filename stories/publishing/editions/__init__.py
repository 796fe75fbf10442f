"""What a publication writes: editions, projections, search entries, related stories, and invalidated page keys."""
