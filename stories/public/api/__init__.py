"""The read API: the editions and pages that readers see, as JSON, described in OpenAPI 3.1."""

from stories.public.api.operations import router as router
