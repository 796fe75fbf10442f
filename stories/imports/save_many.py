"""Write many prepared imports of new documents at once, with a few queries for each kind of row."""

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

MAX_BATCH_SIZE = 25  # the maximum number of documents that are imported together


def can_be_batched(prepared: PreparedImport) -> bool:
    """Return whether the import is a new document with its own uid, so that no other import can affect it."""
    return prepared.work is None and prepared.has_own_uid and not prepared.is_unchanged


def save_imports(
    prepared_imports: Sequence[PreparedImport], *, by: User | None, publication: PublicationOptions | None = None
) -> list[Work]:
    """Write all of the imports or none, and return their works in the same order; see ``save_import``.

    ``can_be_batched`` must be true for each, and no two may be the same document. Raise the same exceptions as
    ``save_import``. Also raise UnreadableDocumentError if one of the files has been imported in the meantime.
    """
    try:
        with invalidation():
            return _save_all(prepared_imports, by=by, publication=publication)
    except (DataError, IntegrityError, drafts.UnknownImageError) as error:
        raise UnreadableDocumentError(1, f"The database rejected this: {error}") from error


def _save_all(
    prepared_imports: Sequence[PreparedImport], *, by: User | None, publication: PublicationOptions | None
) -> list[Work]:
    if by is not None:
        require_permission(by, IMPORT_PERMISSION, IMPORT_REFUSED)
    _refuse_imported([prepared.digest for prepared in prepared_imports])
    documents = [restrict_to_permissions(prepared.document, before=None, by=by) for prepared in prepared_imports]
    created = drafts.create_works(documents, owner=by, by=by)
    copy_topics(_pair_with_first_story(created, documents))
    named_questions = name_questions(documents)
    reasons = _build_reasons(prepared_imports, documents)
    recorded = revisions.record_revisions(
        [*created.created_questions, *named_questions, *created.works], by=by, reasons=reasons
    )
    imports_with_works = list(zip(prepared_imports, created.works, strict=True))
    Import.objects.bulk_create(
        Import(
            digest=prepared.digest,
            work=work,
            document_id=recorded[work.pk].revision.document_id,
            name=prepared.name[:300],
            format=prepared.format,
            notes=[asdict(note) for note in prepared.notes],
            by=by,
        )
        for prepared, work in imports_with_works
    )
    Event.objects.write_all(
        Event.build(work.kind, work.uid, "imported", by=by, after={"revision": recorded[work.pk].revision.number})
        for _, work in imports_with_works
    )
    if publication is not None:
        publish_imports(created.works, created.created_questions, publication, by=by)
    return created.works


def _refuse_imported(digests: Iterable[str]) -> None:
    """Lock the digests of the files. Raise UnreadableDocumentError if one of the files has already been imported."""
    sorted_digests = sorted(digests)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for digest in sorted_digests:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])
    if Import.objects.filter(digest__in=sorted_digests).exists():
        raise UnreadableDocumentError(1, "This file has already been imported.")


def _pair_with_first_story(
    created: drafts.CreatedWorks, documents: Sequence[AnyDocument]
) -> Iterator[tuple[Work, Work]]:
    """Yield each new question with the first story that asks it."""
    first_stories: dict[UUID, Work] = {}
    for document, work in zip(documents, created.works, strict=True):
        for question in document.questions if isinstance(document, Explainer) else ():
            first_stories.setdefault(question.uid, work)
    yield from ((question, first_stories[question.uid]) for question in created.created_questions)


def _build_reasons(prepared_imports: Sequence[PreparedImport], documents: Sequence[AnyDocument]) -> dict[UUID, str]:
    """Return the reason for each revision, keyed by the uid of its work. A new question has the reason of its story."""
    reasons: dict[UUID, str] = {}
    for prepared, document in zip(prepared_imports, documents, strict=True):
        reason = f"Imported from {prepared.name}" if prepared.name else "Imported"
        reasons[document.uid] = reason
        if isinstance(document, Explainer):
            for question in document.questions:
                reasons.setdefault(question.uid, reason)
    return reasons
