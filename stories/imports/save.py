"""Write a prepared import: rows, a revision and a row for the import itself, in one transaction."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import DataError, IntegrityError, connection

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.page_cache.invalidation import invalidation
from stories import drafts
from stories.documents import AnyDocument, Explainer
from stories.documents.merge import as_rows_of
from stories.documents.parse import UnreadableDocumentError
from stories.drafts import revisions
from stories.imports.match_existing import copy_topics
from stories.imports.merge import merge_with_draft
from stories.imports.permissions import restrict_to_permissions
from stories.imports.prepare import PreparedImport, find_free_slug
from stories.imports.publish import PublicationOptions, publish_imports
from stories.models import FAQ, Document, Import, Story, Work, WorkKind

IMPORT_PERMISSION = "stories.import_work"
IMPORT_REFUSED = "You may not bring texts in."


def save_import(prepared: PreparedImport, *, by: User | None, publication: PublicationOptions | None = None) -> Work:
    """Write the import and return its work; with ``publication``, publish it too, or write nothing.

    ``by`` is None if a command acts for no user; then nothing can be published. Raise NotAllowedError without the
    permission, ConflictError if the desk has edited the same places since, and UnreadableDocumentError if publishing
    refuses.
    """
    try:
        with invalidation():
            return _take_in(prepared, by=by, publication=publication)
    except (DataError, IntegrityError) as error:
        raise UnreadableDocumentError(1, f"The database does not take this: {error}") from error


def _take_in(reading: PreparedImport, *, by: User | None, publication: PublicationOptions | None) -> Work:
    if by is not None:
        require_permission(by, IMPORT_PERMISSION, IMPORT_REFUSED)
    work = reading.work
    _one_at_a_time(reading.digest)
    if work is None and (before := Import.objects.filter(digest=reading.digest).first()):
        return before.work  # the same file was imported since it was read
    made: list[FAQ] = []
    if work is None:
        work = _new_work(reading.document, by)
    elif by is not None:
        require_permission(
            by, f"stories.change_{'story' if work.kind == WorkKind.STORY else 'faq'}", "You may not edit this."
        )
    if not reading.is_unchanged:
        made = _write(work, reading, by)
    if publication is not None:
        publish_imports([work], made, publication, by=by)
    return Work.objects.get(pk=work.pk)


def _one_at_a_time(digest: str) -> None:
    """Lock the file's digest, so that only one transaction at a time imports the same file."""
    # SQLite allows only one writing transaction anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _write(work: Work, reading: PreparedImport, by: User | None) -> list[FAQ]:
    work = Work.objects.select_for_update().get(pk=work.pk)
    current, document = drafts.build_document(work), reading.document
    if reading.draft and current != reading.draft:
        # It was edited since the file was read, or the same file was imported.
        document = merge_with_draft(reading.draft, current, document, work=work)
        if document == current:
            return []
    try:
        made = drafts.restore(work, restrict_to_permissions(document, before=current, by=by), by=by)
    except drafts.UnknownImageError as error:
        raise UnreadableDocumentError(1, str(error)) from error
    copy_topics((faq, work) for faq in made)
    reason = f"Brought in from {reading.name}" if reading.name else "Brought in"
    for faq in [*made, *name_questions([document])]:
        revisions.record_revision(faq, by=by, reason=reason)
    revision = revisions.record_revision(work, by=by, reason=reason)
    Import.objects.get_or_create(
        digest=reading.digest,
        work=work,
        defaults={
            "document": _beginning(reading.parsed, document) or revision.document,
            "name": reading.name[:300],
            "format": reading.format,
            "notes": [asdict(one) for one in reading.notes],
            "by": by,
        },
    )
    Event.objects.write(work.kind, work.uid, "imported", by=by, after={"revision": revision.number})
    return made


def _beginning(said: AnyDocument | None, document: AnyDocument) -> Document | None:
    """Return the document on which the next text from the same origin is based, or None if that is the draft."""
    # Such a text knows what the one before it said, not what was merged into that from the desk.
    return Document.objects.store(as_rows_of(document, said)) if said and said != document else None


def name_questions(documents: Iterable[AnyDocument]) -> list[FAQ]:
    """Give questions without wording the one under which the stories ask them; return those questions, locked."""
    asked = [one for document in documents if isinstance(document, Explainer) for one in document.questions]
    wording = {one.uid: one.question for one in reversed(asked)}
    named = list(FAQ.objects.filter(uid__in=wording, question="")) if wording else []
    list(Work.objects.select_for_update().filter(pk__in=[faq.pk for faq in named]).order_by("pk"))
    for faq in named:
        faq.question, faq.question_confirmed = wording[faq.uid], True
        faq.save()
    return named


def _new_work(document: AnyDocument, by: User | None) -> Work:
    model = Story if isinstance(document, Explainer) else FAQ
    return model.objects.create(
        uid=document.uid, kind=document.kind, slug=find_free_slug(document), language=document.language, owner=by
    )
