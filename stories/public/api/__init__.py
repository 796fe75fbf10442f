"""The read API of what readers see: the same editions, pages and words as data (OpenAPI 3.1, JSON)."""

from stories.public.api.operations import router as router
