"""Write many prepared imports of new documents together, in a few queries for each kind of row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import DataError, IntegrityError, connection

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.page_cache.invalidation import invalidation
from stories import drafts
from stories.documents import AnyDocument, Explainer
from stories.documents.parse import UnreadableDocumentError
from stories.drafts import revisions
from stories.imports.match_existing import copy_topics
from stories.imports.permissions import restrict_to_permissions
from stories.imports.prepare import PreparedImport
from stories.imports.publish import PublicationOptions, publish_imports
from stories.imports.save import IMPORT_PERMISSION, IMPORT_REFUSED, name_questions
from stories.models import Import, Work

MOST = 25  # documents that are imported together


def can_be_batched(reading: PreparedImport) -> bool:
    """Return whether the import is a new document with its own uid, which no other import can change."""
    return reading.work is None and reading.has_own_uid and not reading.is_unchanged


def save_imports(
    readings: Sequence[PreparedImport], *, by: User | None, publication: PublicationOptions | None = None
) -> list[Work]:
    """Write the imports, all of them or none, and return their works in the same order; see ``save_import``.

    Each must pass ``can_come_together``, and no two may be the same document. Raise what ``save_import`` raises, and
    UnreadableDocumentError, without naming it, if one of them was imported in the meantime.
    """
    try:
        with invalidation():
            return _take_in(readings, by=by, publication=publication)
    except (DataError, IntegrityError, drafts.UnknownImageError) as error:
        raise UnreadableDocumentError(1, f"The database does not take this: {error}") from error


def _take_in(
    readings: Sequence[PreparedImport], *, by: User | None, publication: PublicationOptions | None
) -> list[Work]:
    if by is not None:
        require_permission(by, IMPORT_PERMISSION, IMPORT_REFUSED)
    _refuse_taken([reading.digest for reading in readings])
    documents = [restrict_to_permissions(reading.document, before=None, by=by) for reading in readings]
    begun = drafts.create_works(documents, owner=by, by=by)
    copy_topics(_asked_first(begun, documents))
    named = name_questions(documents)
    reasons = _reasons(readings, documents)
    recorded = revisions.record_revisions([*begun.created_questions, *named, *begun.works], by=by, reasons=reasons)
    taken = list(zip(readings, begun.works, strict=True))
    Import.objects.bulk_create(
        Import(
            digest=reading.digest,
            work=work,
            document_id=recorded[work.pk].revision.document_id,
            name=reading.name[:300],
            format=reading.format,
            notes=[asdict(note) for note in reading.notes],
            by=by,
        )
        for reading, work in taken
    )
    Event.objects.write_all(
        Event.build(work.kind, work.uid, "imported", by=by, after={"revision": recorded[work.pk].revision.number})
        for _, work in taken
    )
    if publication is not None:
        publish_imports(begun.works, begun.created_questions, publication, by=by)
    return begun.works


def _refuse_taken(digests: Iterable[str]) -> None:
    """Lock the digests of the files, and raise UnreadableDocumentError if one of them was imported before."""
    wanted = sorted(digests)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for digest in wanted:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])
    if Import.objects.filter(digest__in=wanted).exists():
        raise UnreadableDocumentError(1, "This was taken in a moment ago.")


def _asked_first(begun: drafts.CreatedWorks, documents: Sequence[AnyDocument]) -> Iterator[tuple[Work, Work]]:
    """Yield each new question with the first story that asks it."""
    story_of: dict[UUID, Work] = {}
    for document, work in zip(documents, begun.works, strict=True):
        for asked in document.questions if isinstance(document, Explainer) else ():
            story_of.setdefault(asked.uid, work)
    yield from ((question, story_of[question.uid]) for question in begun.created_questions)


def _reasons(readings: Sequence[PreparedImport], documents: Sequence[AnyDocument]) -> dict[UUID, str]:
    """Return the reason of each revision by the uid of its work; a new question has that of its story."""
    reasons: dict[UUID, str] = {}
    for reading, document in zip(readings, documents, strict=True):
        reason = f"Brought in from {reading.name}" if reading.name else "Brought in"
        reasons[document.uid] = reason
        if isinstance(document, Explainer):
            for asked in document.questions:
                reasons.setdefault(asked.uid, reason)
    return reasons
