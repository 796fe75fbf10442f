"""The command that restores a backup."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, default_storage

from newsroom.operations.backup.restore import Report, Source, restore_backup
from newsroom.operations.commands import IncompleteError, OperationCommand
from newsroom.operations.management.commands.backup import open_backup_store
from newsroom.operations.progress import ProgressBar


class Command(OperationCommand):
    """``manage.py restore FROM --into URL``: restore a backup into an empty database, and leave the site quiet."""

    # The checks may query the site's current database, which may be lost.
    requires_system_checks = ()
    help = "Restores a backup into an empty database, repeats the erasures made since, and leaves the site quiet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", metavar="FROM", default="", help="A folder or s3://bucket/prefix.")
        parser.add_argument("--into", required=True, metavar="URL", help="The empty database, as in DATABASE_URL.")
        parser.add_argument("--name", default="", help="The backup to restore (the newest).")
        media = parser.add_mutually_exclusive_group()
        media.add_argument("--media", type=Path, metavar="DIR", help="The folder for pictures, if not the site's own.")
        media.add_argument("--without-media", action="store_true", help="The database alone.")
        erasures = parser.add_mutually_exclusive_group()
        erasures.add_argument("--erasures", type=Path, metavar="FILE", help="The file of erasures, if it is elsewhere.")
        erasures.add_argument("--no-erasures", action="store_true", help="There never was an erasure.")
        parser.add_argument(
            "--identity", type=Path, metavar="FILE", help="The secret key of age, for an encrypted one."
        )
        parser.add_argument("--jobs", type=int, default=2, help="Tables loaded at a time (2).")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print one JSON object.")

    def handle(self, *args: Any, source: str, into: str, **options: Any) -> None:
        """Restore the backup, and print a report.

        Raise IncompleteError if media files are missing or damaged. Errors of ``restore_backup`` propagate.
        """
        storage = FileSystemStorage(options["media"], allow_overwrite=True) if options["media"] else default_storage
        bar, check_bar = ProgressBar(self.stderr, "pictures"), ProgressBar(self.stderr, "files checked")
        try:
            report = restore_backup(
                Source(
                    open_backup_store(source),
                    name=options["name"],
                    erasures=options["erasures"],
                    repeat_erasures=not options["no_erasures"],
                    identity=options["identity"],
                ),
                into,
                storage=None if options["without_media"] else storage,
                jobs=max(options["jobs"], 1),
                show_progress=bar.show,
                show_check=check_bar.show,
            )
        finally:
            bar.end()
            check_bar.end()
        self._print(report, as_json=options["as_json"])
        named = {"missing": report.missing, "damaged": report.damaged}
        if faults := [_name_files(names, fault) for fault, names in named.items() if names]:
            raise IncompleteError("\n".join(faults))

    def _print(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            rounded = {step: round(value, 1) for step, value in report.seconds.items()}
            values = {
                "name": report.name,
                "remark": report.remark,
                "seconds": rounded,
                "erasures": report.erasures,
                "missing": report.missing,
                "damaged": report.damaged,
                "media_remarks": report.media_remarks,
            }
            self.stdout.write(json.dumps(values, ensure_ascii=False))
            return
        if report.remark:
            self.stdout.write(report.remark)
        for step, seconds in report.seconds.items():
            self.stdout.write(f"{step.capitalize()}: {seconds:,.1f} s.")
        for sentence in report.erasures:
            self.stdout.write(sentence)
        self.stdout.write(
            f"{report.name} is restored. Point DATABASE_URL to the database and restart. The site is quiet: it sends no "
            "mail and no notifications until you run manage.py go_live."
        )
        for sentence in report.media_remarks:
            self.stdout.write(sentence)


def _name_files(names: list[str], fault: str) -> str:
    """Return a sentence that says how many files are *missing* or *damaged*, with the first names."""
    count = len(names)
    files = "1 media file is" if count == 1 else f"{count:,} media files are"
    return f"{files} {fault}: {', '.join(names[:20])}{' …' if count > 20 else ''}"
