"""Errors of the bucket that contains the pictures, if they are not stored on a disk."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def raise_bucket_errors() -> Iterator[None]:
    """Within the block, raise bucket errors as OSError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The bucket of pictures does not answer as it should: {error}") from error
