"""The image files that a backup copies, and the check of those that a restore has copied."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from django.core.files.storage import Storage

from newsroom.media import integrity
from newsroom.media.integrity import RENDITIONS, FindingKind, Progress
from newsroom.media.models import Image, Rendition
from newsroom.media.storage import iter_files
from newsroom.operations.backup.registry import CheckedFiles, SourceFile


def list_originals(alias: str) -> Iterator[SourceFile]:
    """Yield the file of each image in the database with this alias."""
    for name, digest in Image.objects.using(alias).order_by("pk").values_list("file", "digest").iterator():
        yield SourceFile(name, digest)


def list_renditions(alias: str) -> Iterator[SourceFile]:
    """Yield the file of each rendition in the database with this alias."""
    for name in Rendition.objects.using(alias).order_by("pk").values_list("file", flat=True).iterator():
        yield SourceFile(name)


def check_restored_files(storage: Storage, at: datetime, progress: Progress) -> CheckedFiles:
    """Compare the files in ``storage`` with the rows of the default database.

    A missing or damaged rendition is only counted, because it can be made again, and so is a file without a row.
    """
    # A backup usually contains no renditions. To look for each of them in a bucket could take hours.
    with_renditions = next(iter_files(storage, RENDITIONS), None) is not None
    found, strays = CheckedFiles(), 0
    renditions = 0 if with_renditions else Rendition.objects.count()
    for finding in chain(
        integrity.check_rows(storage=storage, with_renditions=with_renditions, progress=progress),
        integrity.find_stray_files(at=at, storage=storage, progress=progress),
    ):
        if finding.image is not None:
            (found.missing if finding.kind is FindingKind.MISSING else found.damaged).append(finding.path)
        elif finding.rendition is not None:
            renditions += 1
        else:
            strays += 1
    if renditions:
        sizes = "1 size of a picture has" if renditions == 1 else f"{renditions:,} sizes of pictures have"
        found.remarks.append(f"{sizes} no intact file. Afterwards, run manage.py check_media --repair.")
    if strays:
        files = "1 file belongs" if strays == 1 else f"{strays:,} files belong"
        found.remarks.append(
            f"{files} to no picture of the backup. Afterwards, manage.py check_media --all names them."
        )
    return found
