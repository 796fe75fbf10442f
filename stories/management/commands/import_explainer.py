"""The ``import_explainer`` command, which imports texts from files."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError
from newsroom.http import clock
from newsroom.operations.commands import CannotRunError, OperationCommand, UsageError, make_refusal
from newsroom.operations.progress import ProgressBar
from stories import imports
from stories.documents.parse import (
    IMPORT_FORMATS,
    MAX_FILE_SIZE,
    Report,
    UnreadableDocumentError,
    build_refusal,
    summarize,
)
from stories.imports import PreparedImport, PublicationOptions
from stories.models import Change, ChangeNote, Work
from stories.publishing import ScheduleResolution

_STANDARD_INPUT = "-"
CHANGES = [kind.value for kind in (Change.UPDATE, Change.CORRECTION, Change.CLARIFICATION, Change.MINOR)]


class Command(OperationCommand):
    """``manage.py import_explainer FILE…`` imports text, Markdown or JSON as drafts, each file whole or not at all.

    ``manage.py import_explainer FOLDER`` imports everything in a folder that ``export_explainer --all`` wrote.
    """

    # The URL checks import the views of all pages, which takes as long as importing a few hundred stories.
    requires_system_checks = ()

    help = "Import explainers and question pages as drafts. Exit code 0 only if every file was imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            help="A file, a folder of export_explainer --all, or - for standard input.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Print what would be imported; write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object, and nothing else.")
        parser.add_argument("--format", choices=IMPORT_FORMATS, help="Leave out to detect it from name and content.")
        parser.add_argument("--into", metavar="SLUG", help="The story or question that the file continues.")
        parser.add_argument("--headline", metavar="TEXT", help="The headline, or the question a page answers.")
        parser.add_argument("--by", metavar="USER", help="The name of the account that imports.")
        parser.add_argument("--publish", action="store_true", help="Publish now; needs --by.")
        parser.add_argument("--confirm-names", action="store_true", help="Confirm the proposed topics and outlets.")
        parser.add_argument(
            "--leave-questions",
            action="store_true",
            help="Do not publish questions without answers; the story shows their wording.",
        )
        parser.add_argument("--note", metavar="TEXT", default="", help="The note for readers.")
        parser.add_argument("--change", choices=CHANGES, default=Change.UPDATE, help="The kind of change, for readers.")
        parser.add_argument("--was-wrong", metavar="TEXT", default="", help="What the page said, for a correction.")
        parser.add_argument("--is-right", metavar="TEXT", default="", help="What it says now, for a correction.")
        parser.add_argument("--waiting", choices=ScheduleResolution.values, help="What to do with scheduled editions.")

    def handle(self, *args: object, **options: object) -> None:
        """Import each file and report on it.

        Raise UsageError if the options are invalid. At the end, raise CannotRunError if each file was refused, and
        IncompleteError if some were. Raise the errors of ``_import_folder``.
        """
        files = [str(name) for name in _as_list(options["files"])]
        try:
            by = _get_importer(files, options)
        except UnreadableDocumentError as error:
            if options["json"]:
                self._print([build_refusal(name, error) for name in files])
            raise UsageError(error.message) from error
        # Path.is_dir would raise PermissionError for a file in a folder that this account may not open.
        if any(name != _STANDARD_INPUT and os.path.isdir(name) for name in files):  # noqa: PTH112
            reports = self._import_folder(files, by, options)
        else:
            reports = _import_files(files, by, options)
        refused = total = 0
        print_reports = self._print_json if options["json"] else self._print_text
        for report in print_reports(reports):
            total += 1
            refused += report["status"] == "refused"
        if refused:
            raise make_refusal(refused, total)

    def _import_folder(self, files: list[str], by: User | None, options: dict[str, object]) -> Iterator[Report]:
        """Import an exported folder, and yield the report on each file: live pages first, then drafts.

        Notes on pictures, topics, outlets and translations are printed to standard error. Raise UsageError if other
        options do not fit. Raise CannotRunError if the folder cannot be read or the user may not import it. Raise
        NotAllowedError if the user may not edit a translation that is to be linked.
        """
        if len(files) > 1 or options["into"] or options["headline"] or options["format"]:
            raise UsageError("Import a folder on its own, without --into, --headline and --format.")
        folder = imports.ExportedFolder(Path(files[0]))
        notes: list[str] = []
        bar = ProgressBar(self.stderr, "pictures, topics and outlets")
        try:
            live, drafts = folder.list_files(), folder.list_drafts()
            if not options["dry_run"]:
                notes = imports.import_names(folder, by=by, progress=bar.show).notes
        except (UnreadableDocumentError, NotAllowedError) as error:
            raise CannotRunError(str(error)) from error
        finally:
            bar.end()
        yield from _import_files(live, by, options)
        yield from _import_files(drafts, by, {**options, "publish": False})
        if not options["dry_run"]:
            notes += imports.link_translations(folder, by=by)
        for note in notes:
            self.stderr.write(note)

    def _print(self, reports: list[Report]) -> None:
        self.stdout.write(json.dumps(summarize(reports), ensure_ascii=False, indent=2))

    def _print_json(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Print one JSON object, each report as soon as it is available, and yield each report."""
        imported = refused = 0
        self.stdout.write('{\n  "files": [', ending="")
        for number, report in enumerate(reports):
            written = json.dumps(report, ensure_ascii=False, indent=2).replace("\n", "\n    ")
            self.stdout.write(f"{',' if number else ''}\n    {written}", ending="")
            imported += report["status"] == "imported"
            refused += report["status"] == "refused"
            yield report
        self.stdout.write(f'\n  ],\n  "imported": {imported},\n  "refused": {refused}\n}}')

    def _print_text(self, reports: Iterable[Report]) -> Iterator[Report]:
        for report in reports:
            self._print_report(report)
            yield report

    def _print_report(self, report: Report) -> None:
        """Print the report on one file as text; a refusal is printed to standard error."""
        error = report["error"]
        if isinstance(error, dict):
            self.stderr.write(f"{report['file']}, line {error['line']}: {error['message']}")
            return
        self.stdout.write(f"{report['file']}: {report['status']} as {report['kind']} “{report['slug']}”")
        notes = report["notes"]
        for note in notes if isinstance(notes, list) else []:
            self.stdout.write(f"  line {note['line']}: {note['message']}")


def _import_files(files: list[str], by: User | None, options: dict[str, object]) -> Iterator[Report]:
    """Import the files and yield the report on each, in order.

    New documents are imported together, in batches. If one document of a batch is refused, all documents of the batch
    are imported one by one.
    """
    batch: list[_ReadFile] = []
    for name in files:
        file = _read_file(name, options)
        if batch and not _fits_batch(file, batch):
            yield from _import_batch(batch, by, options)
            batch = []
            file = _prepare_again(file, options)  # the file may change a work that has just been imported
        if _fits_batch(file, batch) and not options["dry_run"]:
            batch.append(file)
            if len(batch) == imports.MAX_BATCH_SIZE:
                yield from _import_batch(batch, by, options)
                batch = []
        else:
            yield _import_one(file, by, options)
    yield from _import_batch(batch, by, options)


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """A file with its content, and either the prepared import or the reason for its refusal."""

    name: str
    data: bytes
    prepared: PreparedImport | None
    refusal: UnreadableDocumentError | None


def _fits_batch(file: _ReadFile, batch: list[_ReadFile]) -> bool:
    """Return whether a file can be imported together with the files in ``batch``."""
    prepared = file.prepared
    if prepared is None or not imports.can_be_batched(prepared):
        return False
    other_imports = [other.prepared for other in batch if other.prepared]
    return all(
        prepared.document.uid != other.document.uid and prepared.digest != other.digest for other in other_imports
    )


def _import_batch(batch: list[_ReadFile], by: User | None, options: dict[str, object]) -> Iterator[Report]:
    prepared_imports = [file.prepared for file in batch if file.prepared]
    if not prepared_imports:
        return
    try:
        works = imports.save_imports(prepared_imports, by=by, publication=_build_publication_options(options))
    except (UnreadableDocumentError, NotAllowedError):
        for file in batch:
            yield _import_one(_prepare_again(file, options), by, options)
        return
    for prepared, work in zip(prepared_imports, works, strict=True):
        yield {**prepared.report(status="imported"), "slug": work.slug}


def _import_one(file: _ReadFile, by: User | None, options: dict[str, object]) -> Report:
    if file.prepared is None:
        return build_refusal(file.name, file.refusal or UnreadableDocumentError(1, "The file cannot be read."))
    prepared = file.prepared
    if options["dry_run"]:
        return prepared.report()
    try:
        work = imports.save_import(prepared, by=by, publication=_build_publication_options(options))
    except UnreadableDocumentError as error:
        return build_refusal(file.name, error)
    except NotAllowedError as error:
        return build_refusal(file.name, UnreadableDocumentError(1, str(error)))
    status = "unchanged" if prepared.is_unchanged else "imported"
    return {**prepared.report(status=status), "slug": work.slug}


def _read_file(name: str, options: dict[str, object]) -> _ReadFile:
    display_name = "standard input" if name == _STANDARD_INPUT else name
    try:
        data = _read_bytes(name)
    except UnreadableDocumentError as error:
        return _ReadFile(display_name, b"", None, error)
    return _prepare_again(_ReadFile(display_name, data, None, None), options)


def _prepare_again(file: _ReadFile, options: dict[str, object]) -> _ReadFile:
    """Return the file with its import prepared again, for the current state of the database."""
    if file.refusal and not file.data:
        return file
    try:
        into = _find_work(str(options["into"]), file.data, file.name, options) if options["into"] else None
        prepared = imports.prepare_import(
            file.data,
            name=file.name,
            at=clock.now(),
            format=_as_text(options["format"]),
            headline=_as_text(options["headline"]),
            into=into,
        )
    except UnreadableDocumentError as error:
        return _ReadFile(file.name, file.data, None, error)
    return _ReadFile(file.name, file.data, prepared, None)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _as_text(value: object) -> str | None:
    return str(value) if value else None


def _build_publication_options(options: dict[str, object]) -> PublicationOptions | None:
    if not options["publish"]:
        return None
    texts = (str(options[name]) for name in ("note", "was_wrong", "is_right"))
    resolution = _as_text(options["waiting"])
    return PublicationOptions(
        ChangeNote(Change(str(options["change"])), *texts),
        ScheduleResolution(resolution) if resolution else None,
        confirm_names=bool(options["confirm_names"]),
        leave_questions=bool(options["leave_questions"]),
    )


def _get_importer(files: list[str], options: dict[str, object]) -> User | None:
    """Return the user named by ``--by``, or None. Raise UnreadableDocumentError if the options are invalid."""
    if len(files) > 1 and (options["into"] or options["headline"]):
        raise UnreadableDocumentError(1, "--into and --headline are for one file.")
    if not options["publish"] and (options["confirm_names"] or options["leave_questions"]):
        raise UnreadableDocumentError(1, "--confirm-names and --leave-questions go with --publish.")
    if not options["by"]:
        if options["publish"]:
            raise UnreadableDocumentError(1, "--publish needs --by: say who publishes.")
        return None
    user = User.objects.filter(username=str(options["by"])).first()
    if user is None:
        raise UnreadableDocumentError(1, f"There is no account “{options['by']}”.")
    return user


def _read_bytes(name: str) -> bytes:
    """Return the content of the file. A file that is too large is cut to one byte more than the limit.

    Raise UnreadableDocumentError if the file cannot be read.
    """
    if name == _STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_FILE_SIZE + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        raise UnreadableDocumentError(1, f"The file cannot be read: {error.strerror}.") from error


def _find_work(slug: str, data: bytes, name: str, options: dict[str, object]) -> Work:
    """Return the work with this current or former slug. Raise UnreadableDocumentError if there is none.

    If a story and a question share it, read the file and return the work of its kind; raise UnreadableDocumentError if
    the file cannot be imported.
    """
    works = list(Work.objects.with_slug(slug))
    if not works:
        raise UnreadableDocumentError(1, f"There is no story or question with the address “{slug}”.")
    if len(works) == 1:
        return works[0]
    kind = imports.prepare_import(data, name=name, at=clock.now(), format=_as_text(options["format"])).document.kind
    return next((work for work in works if work.kind == kind), works[0])
