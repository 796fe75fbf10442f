"""The upload handler that writes uploads to the disk and limits the size of a request."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# About three times the limit for an image, so that the form itself can explain that limit.
MAX_REQUEST_SIZE = 32 * 1024 * 1024  # bytes


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Handler that writes uploads to the disk, but first refuses a request that is too large."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, str],  # noqa: N803  # the name of the parameter in Django
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Raise RequestDataTooBig if ``content_length`` is above ``MAX_REQUEST_SIZE``."""
        # Django reads no more of a request than its Content-Length, so checking that header is enough.
        # Django parses forms before a view checks the user. Without a limit, anonymous requests could fill the disk.
        if content_length > MAX_REQUEST_SIZE:
            raise RequestDataTooBig("The request is larger than any form of this site.")
        return None
