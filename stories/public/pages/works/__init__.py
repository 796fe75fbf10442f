"""The pages of a story and of a question."""
