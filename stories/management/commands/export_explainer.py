"""The ``export_explainer`` command, which exports stories and questions."""

import json
from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError

from newsroom.http import clock
from newsroom.redirects.models import Address
from stories import drafts
from stories.documents import AnyDocument
from stories.documents.export import EXPORTERS
from stories.models import Edition, EditionKind, Work, WorkKind


class Command(BaseCommand):
    """Print editions or drafts as text, Markdown or JSON."""

    help = "Prints the live edition of stories and questions. Several as JSON are one list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="+", metavar="SLUG")
        parser.add_argument("--format", choices=EXPORTERS, default="text")
        edition_options = parser.add_mutually_exclusive_group()
        edition_options.add_argument("--draft", action="store_true", help="What the desk says now.")
        edition_options.add_argument("--edition", type=int, metavar="N", help="The edition of this number.")

    def handle(self, *args: object, **options: object) -> None:
        """Print the documents, or raise CommandError and print nothing if one of them is missing.

        In JSON, several documents are printed as one list. In other formats, empty lines separate them.
        """
        at = clock.now()
        slugs = options["slugs"] if isinstance(options["slugs"], list) else []
        edition = options["edition"] if isinstance(options["edition"], int) else None
        documents = [_find_document(str(slug), draft=bool(options["draft"]), edition=edition, at=at) for slug in slugs]
        if options["format"] == "json" and len(documents) > 1:
            self.stdout.write(json.dumps([document.body() for document in documents], ensure_ascii=False, indent=2))
            return
        export = EXPORTERS[str(options["format"])]
        self.stdout.write("\n".join(export(document) for document in documents), ending="")


def _find_document(slug: str, *, draft: bool, edition: int | None, at: datetime) -> AnyDocument:
    work = _find_work(slug)
    if draft:
        return drafts.build_document(work)
    editions = Edition.objects.filter(work=work, kind=EditionKind.PAGE).select_related("document")
    edition_to_export = editions.filter(number=edition).first() if edition else editions.live(at).first()
    if edition_to_export is None or edition_to_export.document is None:
        missing = f"has no edition {edition}" if edition else "is not public. Add --draft for what the desk says"
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
    raise CommandError(f"There is no story and no question “{slug}”.")
