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
MAX_NAMED = 3
_REMEDY = "Run manage.py check_media --all."


def examine_files() -> Iterator[Diagnosis]:
    """Check a random sample of files. Yield each of the first findings, faults first, and one diagnosis for the others."""
    findings = sorted(check_files(at=clock.now(), sample=SAMPLE_SIZE), key=lambda finding: not finding.is_fault)
    for finding in findings[:MAX_NAMED]:
        report = fault if finding.is_fault else warning
        yield report(finding.sentence, _REMEDY)
    if others := findings[MAX_NAMED:]:
        report = fault if others[0].is_fault else warning
        yield report(f"Of the same sample of {SAMPLE_SIZE} files, {len(others)} more are not in order.", _REMEDY)


def find_unwritable_storage(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if image files cannot be written."""
    if health.passes("media"):
        return
    if isinstance(default_storage, FileSystemStorage):
        folder = Path(default_storage.location)
        yield fault(
            f"Pictures cannot be written under {folder.name}/.", f"Check the disk and the permissions of {folder}."
        )
    else:
        yield fault("Pictures cannot be written to their bucket.", "Check the service that stores them.")
