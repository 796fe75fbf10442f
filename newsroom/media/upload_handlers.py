"""How files come in: on to the disk, and not without end."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

LARGEST_REQUEST = 32 * 1024 * 1024  # three times what a picture may have: its form says so in words up to here


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Refuses a request before its first file is written when all of it is larger than any form of the site sends.

    Forms are read before anybody is asked who they are, so that a stranger could fill the disk otherwise.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: Mapping[str, str],  # noqa: N803  # Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Look at the length that the request announces; nobody can send more than that."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The request is larger than any form of this site sends.")
        return None
