"""Compare two texts word by word."""
