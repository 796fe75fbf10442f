"""The ``export_explainer`` command, which exports stories and questions."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from newsroom.http import clock
from newsroom.operations.bucket_errors import raise_bucket_errors
from newsroom.operations.commands import CannotRunError, IncompleteError, OperationCommand, UsageError
from newsroom.operations.progress import ProgressBar
from newsroom.redirects.models import Address
from stories import drafts
from stories.documents import AnyDocument
from stories.documents.export import EXPORTERS
from stories.exports import NotEmptyError, export_all, new_folder
from stories.models import Edition, EditionKind, Work, WorkKind

MAX_NAMED = 20  # the maximum number of pictures that an error message names


class Command(OperationCommand):
    """Print editions or drafts as text, Markdown or JSON, or write the whole site into a new folder."""

    help = "Print the live edition of stories and questions, or write all of them into a folder. In JSON, several are one list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG")
        parser.add_argument("--format", choices=EXPORTERS, help="The output format (text).")
        parser.add_argument("--all", action="store_true", help="Write everything into --to, as Markdown and JSON.")
        parser.add_argument("--to", type=Path, metavar="DIR", help="A new or empty folder for --all.")
        edition_options = parser.add_mutually_exclusive_group()
        edition_options.add_argument(
            "--draft", action="store_true", help="Export the draft; with --all, drafts as well as live editions."
        )
        edition_options.add_argument("--edition", type=int, metavar="N", help="Export the edition with this number.")

    def handle(self, *args: object, **options: Any) -> None:
        """Print the documents or, with ``--all``, write everything into a folder.

        In JSON, several documents are printed as one list. In other formats, empty lines separate them. Raise
        CommandError and print nothing if a document is missing, and UsageError if the options do not fit together.
        Raise the errors of ``_export_all``.
        """
        at = clock.now()
        if options["all"]:
            if options["slugs"] or options["to"] is None or options["edition"] or options["format"]:
                raise UsageError("Use --all only with --to and, optionally, --draft.")
            self._export_all(options["to"], at=at, with_drafts=options["draft"])
            return
        if options["to"] or not options["slugs"]:
            raise UsageError("Name pages by their slugs, or pass --all and --to.")
        documents = [
            _find_document(slug, draft=options["draft"], edition=options["edition"], at=at) for slug in options["slugs"]
        ]
        if options["format"] == "json" and len(documents) > 1:
            self.stdout.write(json.dumps([document.body() for document in documents], ensure_ascii=False, indent=2))
            return
        export = EXPORTERS[options["format"] or "text"]
        self.stdout.write("\n".join(export(document) for document in documents), ending="")

    def _export_all(self, path: Path, *, at: datetime, with_drafts: bool) -> None:
        """Write everything into the folder ``path``, and print what was written and what was left out.

        Raise CannotRunError if ``path`` is a file or a folder that is not empty, CommandError if it cannot be written,
        and IncompleteError if picture files are missing or damaged.
        """
        bar = ProgressBar(self.stderr, "pages")
        try:
            with raise_bucket_errors(), new_folder(path) as folder:
                summary = export_all(folder, at=at, with_drafts=with_drafts, progress=bar.show)
        except NotEmptyError as error:
            raise CannotRunError(f"{path} is not empty. Name a new folder.") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}." if error.filename else str(error)) from error
        finally:
            bar.end()
        drafts = f"drafts: {summary.drafts:,}, " if with_drafts else ""
        self.stdout.write(
            f"Exported to {path}. Stories: {summary.stories:,}, questions: {summary.questions:,}, {drafts}"
            f"topics: {summary.topics:,}, outlets: {summary.outlets:,}, pictures: {summary.pictures:,}."
        )
        if summary.left_out:
            self.stdout.write(f"Left out, because readers do not see them: {summary.left_out:,} drafts (see --draft).")
        if missing := summary.without_file:
            names = ", ".join(map(str, missing[:MAX_NAMED])) + (", …" if len(missing) > MAX_NAMED else "")
            raise IncompleteError(f"Missing or damaged picture files: {len(missing):,}, of {names}.")


def _find_document(slug: str, *, draft: bool, edition: int | None, at: datetime) -> AnyDocument:
    work = _find_work(slug)
    if draft:
        return drafts.build_document(work)
    editions = Edition.objects.filter(work=work, kind=EditionKind.PAGE).select_related("document")
    edition_to_export = editions.filter(number=edition).first() if edition else editions.live(at).first()
    if edition_to_export is None or edition_to_export.document is None:
        missing = f"has no edition {edition}" if edition else "is not public. Add --draft to export the draft"
        raise CommandError(f"“{slug}” {missing}.")
    return edition_to_export.document.value()


def _find_work(slug: str) -> Work:
    """Return the work with this current or, failing that, former slug; stories come before questions.

    Raise CommandError if there is none.
    """
    for kind in (WorkKind.STORY, WorkKind.QUESTION):
        if work := Work.objects.filter(kind=kind, slug=slug).first():
            return work
    for kind in (WorkKind.STORY, WorkKind.QUESTION):
        if uid := Address.objects.owner_uid(kind, slug):
            return Work.objects.get(uid=uid)
    raise CommandError(f"There is no story or question with the address “{slug}”.")
