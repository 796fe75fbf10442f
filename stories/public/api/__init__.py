"""The read API: the pages and editions that readers see, as JSON, with an OpenAPI 3.1 description."""

from stories.public.api.operations import router as router
