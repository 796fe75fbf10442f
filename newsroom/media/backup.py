"""The image files that a backup copies."""

from collections.abc import Iterator

from newsroom.media.models import Image, Rendition
from newsroom.operations.backup.registry import SourceFile


def list_originals(alias: str) -> Iterator[SourceFile]:
    """Yield the file of each image in the database with this alias."""
    for name, digest in Image.objects.using(alias).order_by("pk").values_list("file", "digest").iterator():
        yield SourceFile(name, digest)


def list_renditions(alias: str) -> Iterator[SourceFile]:
    """Yield the file of each rendition in the database with this alias."""
    for name in Rendition.objects.using(alias).order_by("pk").values_list("file", flat=True).iterator():
        yield SourceFile(name)
