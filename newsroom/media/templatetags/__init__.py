"""Template tags for images."""
