"""The command that imports texts from files."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError
from newsroom.http import clock
from stories import imports
from stories.documents.parse import FORMATS, MAX_FILE_SIZE, Report, UnreadableDocumentError, build_refusal, summarize
from stories.imports import PreparedImport, PublicationOptions
from stories.models import Change, ChangeNote, Work
from stories.publishing import ScheduleResolution

_STANDARD_INPUT = "-"
KINDS = [kind.value for kind in (Change.UPDATE, Change.CORRECTION, Change.CLARIFICATION, Change.MINOR)]


class Command(BaseCommand):
    """``manage.py import_explainer FILE…`` imports text, Markdown or JSON as drafts, each file whole or not at all."""

    # The checks of URLs import the views of all pages, which takes as long as importing some hundred stories.
    requires_system_checks = ()

    help = "Brings explainers and question pages in as drafts. Ends with 0 only if every file went in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="A file, or - for standard input.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be made; write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object, and nothing else.")
        parser.add_argument("--format", choices=FORMATS, help="Found out from name and content otherwise.")
        parser.add_argument("--into", metavar="SLUG", help="The story or question the file goes on with.")
        parser.add_argument("--headline", metavar="TEXT", help="The headline, or the question a page answers.")
        parser.add_argument("--by", metavar="USER", help="Whose work this is: an account's name.")
        parser.add_argument("--publish", action="store_true", help="Show readers at once; needs --by.")
        parser.add_argument(
            "--confirm-names", action="store_true", help="Confirm the topics and outlets it proposes, to publish it."
        )
        parser.add_argument(
            "--leave-questions", action="store_true", help="Publish no question without answers; only its words show."
        )
        parser.add_argument("--note", metavar="TEXT", default="", help="What changed, for readers.")
        parser.add_argument("--change", choices=KINDS, default=Change.UPDATE, help="The kind of change, for readers.")
        parser.add_argument("--was-wrong", metavar="TEXT", default="", help="What a correction corrects.")
        parser.add_argument("--is-right", metavar="TEXT", default="", help="What is right instead.")
        parser.add_argument(
            "--waiting", choices=ScheduleResolution.values, help="What becomes of editions that wait for later."
        )

    def handle(self, *args: object, **options: object) -> None:
        """Import each file, report on it, and raise CommandError at the end if any was refused."""
        files = [str(name) for name in _list(options["files"])]
        try:
            by = _acting(files, options)
        except UnreadableDocumentError as error:
            if options["json"]:
                self._print([build_refusal(name, error) for name in files])
            raise CommandError(error.message) from error
        refused = total = 0
        told = self._as_json if options["json"] else self._in_words
        for report in told(_taken(files, by, options)):
            total += 1
            refused += report["status"] == "refused"
        if refused:
            raise CommandError(f"{refused} of {total} refused.")

    def _print(self, reports: list[Report]) -> None:
        self.stdout.write(json.dumps(summarize(reports), ensure_ascii=False, indent=2))

    def _as_json(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Print one object, file by file, so that no report waits for the last one, and yield each report."""
        imported = refused = 0
        self.stdout.write('{\n  "files": [', ending="")
        for number, report in enumerate(reports):
            written = json.dumps(report, ensure_ascii=False, indent=2).replace("\n", "\n    ")
            self.stdout.write(f"{',' if number else ''}\n    {written}", ending="")
            imported += report["status"] == "imported"
            refused += report["status"] == "refused"
            yield report
        self.stdout.write(f'\n  ],\n  "imported": {imported},\n  "refused": {refused}\n}}')

    def _in_words(self, reports: Iterable[Report]) -> Iterator[Report]:
        for report in reports:
            self._tell(report)
            yield report

    def _tell(self, report: Report) -> None:
        """Print the report on one file for people; a refusal goes to standard error."""
        error = report["error"]
        if isinstance(error, dict):
            self.stderr.write(f"{report['file']}, line {error['line']}: {error['message']}")
            return
        self.stdout.write(f"{report['file']}: {report['status']} as {report['kind']} “{report['slug']}”")
        notes = report["notes"]
        for note in notes if isinstance(notes, list) else []:
            self.stdout.write(f"  line {note['line']}: {note['message']}")


def _taken(files: list[str], by: User | None, options: dict[str, object]) -> Iterator[Report]:
    """Import the files and yield the report on each, in their order.

    New documents are imported together, up to 25 at a time. If one of those is refused, they are imported one by one.
    """
    waiting: list[_Read] = []
    for name in files:
        read = _read(name, options)
        if waiting and not _joins(read, waiting):
            yield from _flushed(waiting, by, options)
            waiting = []
            read = _read_again(read, options)  # what was just imported may be the work that it changes
        if _joins(read, waiting) and not options["dry_run"]:
            waiting.append(read)
            if len(waiting) == imports.MOST:
                yield from _flushed(waiting, by, options)
                waiting = []
        else:
            yield _one(read, by, options)
    yield from _flushed(waiting, by, options)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with its content, and either the prepared import or the reason for its refusal."""

    name: str
    data: bytes
    reading: PreparedImport | None
    refusal: UnreadableDocumentError | None


def _joins(read: _Read, waiting: list[_Read]) -> bool:
    """Return whether a file can be imported together with those in ``waiting``."""
    reading = read.reading
    if reading is None or not imports.can_be_batched(reading):
        return False
    others = [other.reading for other in waiting if other.reading]
    return all(reading.document.uid != other.document.uid and reading.digest != other.digest for other in others)


def _flushed(waiting: list[_Read], by: User | None, options: dict[str, object]) -> Iterator[Report]:
    readings = [read.reading for read in waiting if read.reading]
    if not readings:
        return
    try:
        works = imports.save_imports(readings, by=by, publication=_publication(options))
    except (UnreadableDocumentError, NotAllowedError):
        for read in waiting:
            yield _one(_read_again(read, options), by, options)
        return
    for reading, work in zip(readings, works, strict=True):
        yield {**reading.report(status="imported"), "slug": work.slug}


def _one(read: _Read, by: User | None, options: dict[str, object]) -> Report:
    if read.reading is None:
        return build_refusal(read.name, read.refusal or UnreadableDocumentError(1, "The file cannot be read."))
    reading = read.reading
    if options["dry_run"]:
        return reading.report()
    try:
        work = imports.save_import(reading, by=by, publication=_publication(options))
    except UnreadableDocumentError as error:
        return build_refusal(read.name, error)
    except NotAllowedError as error:
        return build_refusal(read.name, UnreadableDocumentError(1, str(error)))
    status = "unchanged" if reading.is_unchanged else "imported"
    return {**reading.report(status=status), "slug": work.slug}


def _read(name: str, options: dict[str, object]) -> _Read:
    shown = "standard input" if name == _STANDARD_INPUT else name
    try:
        data = _bytes_of(name)
    except UnreadableDocumentError as error:
        return _Read(shown, b"", None, error)
    return _read_again(_Read(shown, data, None, None), options)


def _read_again(read: _Read, options: dict[str, object]) -> _Read:
    """Return the file, read again with the current state of the database."""
    if read.refusal and not read.data:
        return read
    try:
        into = _work(str(options["into"]), read.data, read.name, options) if options["into"] else None
        reading = imports.prepare_import(
            read.data,
            name=read.name,
            at=clock.now(),
            format=_text(options["format"]),
            headline=_text(options["headline"]),
            into=into,
        )
    except UnreadableDocumentError as error:
        return _Read(read.name, read.data, None, error)
    return _Read(read.name, read.data, reading, None)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return str(value) if value else None


def _publication(options: dict[str, object]) -> PublicationOptions | None:
    if not options["publish"]:
        return None
    said = (str(options[name]) for name in ("note", "was_wrong", "is_right"))
    waiting = _text(options["waiting"])
    return PublicationOptions(
        ChangeNote(Change(str(options["change"])), *said),
        ScheduleResolution(waiting) if waiting else None,
        confirm_names=bool(options["confirm_names"]),
        leave_questions=bool(options["leave_questions"]),
    )


def _acting(files: list[str], options: dict[str, object]) -> User | None:
    """Return the user who imports, or None; raise UnreadableDocumentError, for every file, if the options conflict."""
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


def _bytes_of(name: str) -> bytes:
    """Return the content of the file, or if it is too large, one byte more than the limit."""
    if name == _STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_FILE_SIZE + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        raise UnreadableDocumentError(1, f"The file cannot be read: {error.strerror}.") from error


def _work(slug: str, data: bytes, name: str, options: dict[str, object]) -> Work:
    """Return the work that has or had this address.

    If a story and a question share it, return the one of the file's kind.
    """
    works = list(Work.objects.with_slug(slug))
    if not works:
        raise UnreadableDocumentError(1, f"There is no story and no question “{slug}”.")
    if len(works) == 1:
        return works[0]
    kind = imports.prepare_import(data, name=name, at=clock.now(), format=_text(options["format"])).document.kind
    return next((work for work in works if work.kind == kind), works[0])
