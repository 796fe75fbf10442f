"""Help with comparing what the outlets of a story report."""
