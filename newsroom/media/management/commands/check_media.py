"""The command that compares image files with the database, and repairs or deletes files on request."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.checks import Tags
from django.core.files.storage import default_storage
from django.core.management.base import CommandError

from newsroom.http import clock
from newsroom.media import integrity
from newsroom.media.integrity import FileFinding, FindingKind
from newsroom.media.repair import repair_files
from newsroom.media.storage import has_root
from newsroom.operations.bucket_errors import raise_bucket_errors
from newsroom.operations.commands import FaultError, OperationCommand
from newsroom.operations.progress import ProgressBar

SAMPLE = 100  # files
_WORDS = {
    FindingKind.MISSING: "missing",
    FindingKind.DAMAGED: "damaged",
    FindingKind.UNREADABLE: "unreadable",
    FindingKind.STRAY: "without a picture",
    FindingKind.INCOMPLETE: "incomplete",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A finding and its outcome.

    ``outcome`` is “repaired”, “deleted” or empty. ``reason`` is empty unless a repair failed.
    """

    finding: FileFinding
    outcome: str = ""
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The finding as a sentence, followed by the reason if a repair failed."""
        return f"{self.finding.sentence} {self.reason}".strip()


class Command(OperationCommand):
    """Compare image files with the database: ``manage.py check_media --all``.

    Missing, damaged and unreadable files are faults; if one is left, the exit code is 4. Stray and incomplete files
    that are more than a day old are reported as warnings.
    """

    requires_system_checks = (Tags.models, Tags.database)
    help = "Compares the files of pictures with the database. Ends with 4 if a picture or a size of one has no intact file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help=f"Check every file, not a sample of {SAMPLE}.")
        parser.add_argument("--repair", action="store_true", help="Check every file, and create lost sizes again.")
        parser.add_argument(
            "--delete-orphans", action="store_true", help="Check every file, and delete those that no picture has."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: bool) -> None:
        """Check files, repair and delete them if the options say so, and print the outcome.

        Raise FaultError if a fault remains, or if there are images but no media folder. Raise CommandError if the
        storage fails.
        """
        at, total = clock.now(), integrity.count_rows()
        if total and not has_root(default_storage):
            folder = default_storage.location  # type: ignore[attr-defined]  # a disk has one
            raise FaultError(f"The folder {folder} is missing, with {total:,} files of pictures. Is its disk mounted?")
        is_complete = options["all"] or options["repair"] or options["delete_orphans"]
        try:
            with raise_bucket_errors():
                checked, findings = self._check(at, is_complete=is_complete)
                reports = self._act(findings, at, repair=options["repair"], delete=options["delete_orphans"])
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}." if error.filename else str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"checked": checked, "total": total, "findings": [*map(_to_json, reports)]}))
        else:
            self._print(reports, checked, total)
        if faults := [report for report in reports if report.finding.is_fault and not report.outcome]:
            raise FaultError("\n".join(f"fault: {report.sentence}" for report in faults))

    def _check(self, at: datetime, *, is_complete: bool) -> tuple[int, list[FileFinding]]:
        """Return the number of images and renditions whose files were checked, and all findings."""
        checked = 0

        def show(done: int, total: int) -> None:
            nonlocal checked
            checked = done
            bar.show(done, total)

        bar = ProgressBar(self.stderr, "files checked")
        try:
            if not is_complete:
                findings = list(integrity.check_files(at=at, sample=SAMPLE, progress=show))
                return checked, findings
            findings = list(integrity.check_rows(progress=show))
        finally:
            bar.end()
        listing = ProgressBar(self.stderr, "files listed")
        try:
            findings += integrity.find_stray_files(at=at, progress=listing.show)
        finally:
            listing.end()
        return checked, findings

    def _act(self, findings: list[FileFinding], at: datetime, *, repair: bool, delete: bool) -> list[Report]:
        """Repair faults, and delete stray and incomplete files, if the options say so. Return reports, faults first."""
        faults = [finding for finding in findings if finding.is_fault]
        strays = [finding for finding in findings if not finding.is_fault]
        bar = ProgressBar(self.stderr, "files repaired or deleted")
        reports = []
        try:
            for done, (finding, reason) in enumerate(repair_files(faults) if repair else (), start=1):
                reports.append(Report(finding, "" if reason else "repaired", reason))
                bar.show(done, len(faults))
            for done, finding in enumerate(strays if delete else (), start=1):
                reports.append(Report(finding, "deleted" if integrity.delete_stray_file(finding, at=at) else ""))
                bar.show(done, len(strays))
        finally:
            bar.end()
        reports += [Report(finding) for finding in (() if repair else faults)]
        reports += [Report(finding) for finding in (() if delete else strays)]
        return sorted(reports, key=lambda report: (not report.finding.is_fault, report.finding.path))

    def _print(self, reports: list[Report], checked: int, total: int) -> None:
        for report in reports:
            if report.outcome:
                self.stdout.write(f"{report.outcome}: {report.finding.path}")
            elif not report.finding.is_fault:
                self.stdout.write(f"warning: {report.sentence}")
        counts = Counter(report.finding.kind for report in reports)
        found = ", ".join(f"{counts[kind]:,} {words}" for kind, words in _WORDS.items() if counts[kind])
        self.stdout.write(f"{checked:,} of {total:,} files checked: {found or 'all in order'}.")


def _to_json(report: Report) -> dict[str, object]:
    finding = report.finding
    return {
        "kind": finding.kind,
        "path": finding.path,
        "is_fault": finding.is_fault,
        "sentence": report.sentence,
        "outcome": report.outcome,
    }
