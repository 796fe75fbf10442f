"""The command that exports stories and questions."""

import json
from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError

from newsroom.http import clock
from newsroom.redirects.models import Address
from stories import drafts
from stories.documents import AnyDocument
from stories.documents.export import to_json, to_markdown, to_text
from stories.documents.parse import FORMATS
from stories.models import Edition, EditionKind, Work, WorkKind

_WRITERS = {"text": to_text, "markdown": to_markdown, "json": to_json}


class Command(BaseCommand):
    """``manage.py export_explainer SLUG…`` prints editions or drafts as text, Markdown or JSON."""

    help = "Prints the live edition of stories and questions. Several as JSON are one list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="+", metavar="SLUG")
        parser.add_argument("--format", choices=FORMATS, default="text")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--draft", action="store_true", help="What the desk says now.")
        which.add_argument("--edition", type=int, metavar="N", help="The edition of this number.")

    def handle(self, *args: object, **options: object) -> None:
        """Print the documents, separated by empty lines; print nothing if one is missing."""
        at = clock.now()
        slugs = options["slugs"] if isinstance(options["slugs"], list) else []
        edition = options["edition"] if isinstance(options["edition"], int) else None
        documents = [_document(str(slug), draft=bool(options["draft"]), edition=edition, at=at) for slug in slugs]
        if options["format"] == "json" and len(documents) > 1:
            self.stdout.write(json.dumps([one.body() for one in documents], ensure_ascii=False, indent=2))
            return
        write = _WRITERS[str(options["format"])]
        self.stdout.write("\n".join(write(document) for document in documents), ending="")


def _document(slug: str, *, draft: bool, edition: int | None, at: datetime) -> AnyDocument:
    work = _work(slug)
    if draft:
        return drafts.build_document(work)
    editions = Edition.objects.filter(work=work, kind=EditionKind.PAGE).select_related("document")
    found = editions.filter(number=edition).first() if edition else editions.live(at).first()
    if found is None or found.document is None:
        missing = f"has no edition {edition}" if edition else "is not public. Add --draft for what the desk says"
        raise CommandError(f"“{slug}” {missing}.")
    return found.document.value()


def _work(slug: str) -> Work:
    """Return the story, or else the question, that has or had this address."""
    for kind in (WorkKind.STORY, WorkKind.QUESTION):
        if work := Work.objects.filter(kind=kind, slug=slug).first():
            return work
    for kind in (WorkKind.STORY, WorkKind.QUESTION):
        if uid := Address.objects.owner_uid(kind, slug):
            return Work.objects.get(uid=uid)
    raise CommandError(f"There is no story and no question “{slug}”.")
