"""The history of a page: its editions, the changes between them, and corrections."""
