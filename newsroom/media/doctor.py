"""Examine the files of images."""

from collections.abc import Iterator

from newsroom.http import clock
from newsroom.media.integrity import check_files
from newsroom.operations.doctor.registry import Diagnosis, fault, warning

SAMPLE_SIZE = 100


def examine_files() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each fault among a random sample of files."""
    for finding in check_files(at=clock.now(), sample=SAMPLE_SIZE):
        report = fault if finding.is_fault else warning
        yield report(finding.sentence, "Run manage.py check_media --all.")
