"""Write a prepared import in one transaction: its rows, a revision, and a record of the import."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import DataError, IntegrityError, connection

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.page_cache.invalidation import invalidation
from stories import drafts
from stories.documents import AnyDocument, Explainer
from stories.documents.merge import adopt_row_uids
from stories.documents.parse import UnreadableDocumentError
from stories.drafts import revisions
from stories.imports.match_existing import copy_topics
from stories.imports.merge import merge_with_draft
from stories.imports.permissions import restrict_to_permissions
from stories.imports.prepare import PreparedImport, find_free_slug
from stories.imports.publish import PublicationOptions, publish_imports
from stories.models import FAQ, Document, Import, Story, Work, WorkErasedError

IMPORT_PERMISSION = "stories.import_work"
IMPORT_REFUSED = "You don’t have permission to import texts."


def save_import(prepared: PreparedImport, *, by: User | None, publication: PublicationOptions | None = None) -> Work:
    """Write the import and return its work. With ``publication``, also publish it; if that fails, write nothing.

    If the import would create a work, but the same file has been imported since it was read, only return the existing
    work. ``by`` is None for a command without a user, which cannot publish. Raise NotAllowedError if ``by`` lacks a
    permission. Raise ConflictError if the same places have been edited at the desk since the file was read. Raise
    UnreadableDocumentError if the document cannot be stored or published.
    """
    try:
        with invalidation():
            return _save(prepared, by=by, publication=publication)
    except (DataError, IntegrityError) as error:
        raise UnreadableDocumentError(1, f"The database rejected this: {error}") from error


def _save(prepared: PreparedImport, *, by: User | None, publication: PublicationOptions | None) -> Work:
    if by is not None:
        require_permission(by, IMPORT_PERMISSION, IMPORT_REFUSED)
    work = prepared.work
    _lock_digest(prepared.digest)
    if work is None and (earlier := Import.objects.filter(digest=prepared.digest).first()):
        return earlier.work  # the same file has been imported since it was read
    created_questions: list[FAQ] = []
    if work is None:
        work = _create_work(prepared.document, by)
    elif by is not None:
        revisions.require_edit_permission(work, by=by)
    if not prepared.is_unchanged:
        created_questions = _write_draft(work, prepared, by)
    if publication is not None:
        publish_imports([work], created_questions, publication, by=by)
    return Work.objects.get(pk=work.pk)


def _lock_digest(digest: str) -> None:
    """Lock the file's digest, so that only one transaction at a time can import the same file."""
    # SQLite allows only one writing transaction anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _write_draft(work: Work, prepared: PreparedImport, by: User | None) -> list[FAQ]:
    try:
        work = Work.objects.lock_existing(work.pk)
    except WorkErasedError as error:
        raise UnreadableDocumentError(1, str(error)) from error
    current, document = drafts.build_document(work), prepared.document
    if prepared.draft and current != prepared.draft:
        # The draft was edited after the file was read, or the same file was imported.
        document = merge_with_draft(prepared.draft, current, document, work=work)
        if document == current:
            return []
    try:
        created_questions = drafts.restore(work, restrict_to_permissions(document, before=current, by=by), by=by)
    except drafts.UnknownImageError as error:
        raise UnreadableDocumentError(1, str(error)) from error
    copy_topics((faq, work) for faq in created_questions)
    reason = f"Imported from {prepared.name}" if prepared.name else "Imported"
    for faq in [*created_questions, *name_questions([document])]:
        revisions.record_revision(faq, by=by, reason=reason)
    revision = revisions.record_revision(work, by=by, reason=reason)
    Import.objects.get_or_create(
        digest=prepared.digest,
        work=work,
        defaults={
            "document": _store_parsed(prepared.parsed, document) or revision.document,
            "name": prepared.name[:300],
            "format": prepared.format,
            "notes": [asdict(note) for note in prepared.notes],
            "by": by,
        },
    )
    Event.objects.write(work.kind, work.uid, "imported", by=by, after={"revision": revision.number})
    return created_questions


def _store_parsed(parsed: AnyDocument | None, document: AnyDocument) -> Document | None:
    """Return the document on which the next text from the same origin is based, or None if that is the draft."""
    # The next text will be a later version of the imported one, without the edits made at the desk.
    return Document.objects.store(adopt_row_uids(document, parsed)) if parsed and parsed != document else None


def name_questions(documents: Iterable[AnyDocument]) -> list[FAQ]:
    """Set missing wordings of questions to those in the documents, and confirm them. Return these questions, locked."""
    questions = [
        question for document in documents if isinstance(document, Explainer) for question in document.questions
    ]
    wording = {question.uid: question.question for question in reversed(questions)}
    renamed = list(FAQ.objects.filter(uid__in=wording, question="")) if wording else []
    list(Work.objects.select_for_update().filter(pk__in=[faq.pk for faq in renamed]).order_by("pk"))
    for faq in renamed:
        faq.question, faq.question_confirmed = wording[faq.uid], True
        faq.save()
    return renamed


def _create_work(document: AnyDocument, by: User | None) -> Work:
    model = Story if isinstance(document, Explainer) else FAQ
    return model.objects.create(
        uid=document.uid, kind=document.kind, slug=find_free_slug(document), language=document.language, owner=by
    )
