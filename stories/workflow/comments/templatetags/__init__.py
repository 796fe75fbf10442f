"""Template filters for comments."""
