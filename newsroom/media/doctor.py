"""Checks for the doctor: whether a sample of image files is intact, and whether image files can be written."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage

from newsroom.http import clock
from newsroom.media.integrity import check_files
from newsroom.operations import health
from newsroom.operations.doctor.registry import Diagnosis, fault, warning

SAMPLE_SIZE = 100


def examine_files() -> Iterator[Diagnosis]:
    """Check a random sample of files, and yield each finding as a fault or a warning."""
    for finding in check_files(at=clock.now(), sample=SAMPLE_SIZE):
        report = fault if finding.is_fault else warning
        yield report(finding.sentence, "Run manage.py check_media --all.")


def find_unwritable_storage(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if image files cannot be written."""
    if health.passes("media"):
        return
    if isinstance(default_storage, FileSystemStorage):
        folder = Path(default_storage.location)
        yield fault(
            f"Pictures cannot be written under {folder.name}/.", f"Look at the disk and the rights of {folder}."
        )
    else:
        yield fault("Pictures cannot be written to their bucket.", "Look at the service that stores them.")
