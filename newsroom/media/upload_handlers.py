"""The upload handler that writes uploads to the disk and limits the size of a request."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# About three times the limit for an image, so that the form itself can explain that limit.
MAX_REQUEST_SIZE = 32 * 1024 * 1024  # bytes


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Handler that refuses a request larger than any form of the site sends, before its first file is written."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, str],  # noqa: N803  # the name of the parameter in Django
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Raise RequestDataTooBig if the announced length is too large.

        No request can be longer than its announced length.
        """
        # Django parses forms before a view checks the user. Without a limit, anonymous requests could fill the disk.
        if content_length > MAX_REQUEST_SIZE:
            raise RequestDataTooBig("The request is larger than any form of this site sends.")
        return None
