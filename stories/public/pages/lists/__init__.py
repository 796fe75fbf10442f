"""Pages that list stories and questions."""
