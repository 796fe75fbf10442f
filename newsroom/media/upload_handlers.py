"""The upload handler that writes uploads to the disk and limits the size of a request."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# Three times the limit for an image, so that the form itself can explain that limit.
LARGEST_REQUEST = 32 * 1024 * 1024  # bytes


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Refuse a request before its first file is written if it is larger than any form of the site sends."""

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
        # Django parses forms before a view checks the user: without a limit, anonymous requests could fill the disk.
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The request is larger than any form of this site sends.")
        return None
