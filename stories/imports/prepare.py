"""Read one file and prepare its import, without writing anything."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from newsroom.db.statements import PreparedQuery
from newsroom.redirects.models import Address
from stories import drafts
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.parse import Note, ParsedFile, Report, UnreadableDocumentError, build_report, parse_file
from stories.imports.known_names import load_known_names
from stories.imports.match_existing import find_question_by_introduction, find_similar_story, match_questions
from stories.imports.merge import build_merge_note, find_base, merge_with_draft, prefer_edited_title
from stories.imports.preserve_ids import preserve_ids
from stories.models import Import, Work

_OTHER_KIND = "The file is a {new}, and “{slug}” is a {old}."
_TAKEN = PreparedQuery(lambda digest: Import.objects.filter(digest=digest).select_related("work", "document"))
_WORK = PreparedQuery(lambda uid: Work.objects.filter(uid=uid))
_KINDS = {"story": "story", "question": "question page"}


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """The result of reading a file, which `save_import` can write.

    ``work`` is the work that it changes, or None for a new draft. ``base`` is the draft at the time of reading,
    ``said`` the document of the file alone, and ``document`` both merged. ``is_unchanged`` says that there is nothing
    to write, ``has_identity`` that the uid comes from the file.
    """

    name: str
    format: str
    digest: str
    document: AnyDocument
    notes: tuple[Note, ...]
    work: Work | None = None
    draft: AnyDocument | None = None
    parsed: AnyDocument | None = None
    is_unchanged: bool = False
    has_own_uid: bool = False

    def report(self, *, status: str = "") -> Report:
        """Return the file's part of the object that ``--json`` prints."""
        status = status or ("unchanged" if self.is_unchanged else "would import")
        slug = self.work.slug if self.work else find_free_slug(self.document)
        return build_report(self.name, status, self.document, self.notes, slug=slug)


def prepare_import(
    data: bytes,
    *,
    name: str,
    at: datetime,
    format: str | None = None,
    headline: str | None = None,
    into: Work | None = None,
) -> PreparedImport:
    """Return what importing the file at ``at`` would write; nothing is written.

    ``format`` is text, markdown or json, or None to detect it. ``headline`` is the headline of the story or the
    question of the page. ``into`` is the work to change. Edits of that work since are preserved. Raise
    UnreadableDocumentError with line and reason, and ConflictError if the same places were edited.
    """
    digest = hashlib.sha256(data).hexdigest()
    if before := _taken_before(digest, into):
        notes = tuple(Note(**note) for note in before.notes)
        return PreparedImport(
            name, before.format, digest, before.document.value(), notes, before.work, is_unchanged=True
        )
    file = parse_file(data, load_known_names, name=name, format=format, headline=headline)
    work = into or _work_of(file)
    if work is None:
        return _new_draft(name, digest, file, data)
    return _going_on(name, digest, file, work, at=at)


def find_free_slug(document: AnyDocument) -> str:
    """Return the first free slug like the document's own, or else like its title."""
    title = document.headline if isinstance(document, Explainer) else document.question
    taken = Work.objects.filter(kind=document.kind)
    wanted = document.slug or title or document.kind
    return Address.objects.find_free_slug(document.kind, wanted, uid=document.uid, taken=taken)


def _taken_before(digest: str, into: Work | None) -> Import | None:
    found = _TAKEN(digest=digest)
    return next((each for each in found if into is None or each.work_id == into.pk), None)


def _work_of(file: ParsedFile) -> Work | None:
    """Return the work that the file names by its uid, or that its introduction identifies, or None."""
    document = file.imported.document
    if file.imported.has_own_uid:
        return next(iter(_WORK(uid=document.uid)), None)
    return find_question_by_introduction(document) if isinstance(document, QuestionPage) else None


def _new_draft(name: str, digest: str, file: ParsedFile, data: bytes) -> PreparedImport:
    document, notes = file.imported.document, list(file.imported.notes)
    if isinstance(document, Explainer) and not file.imported.has_own_uid:
        document, found = match_questions(document, data.decode("utf-8-sig"))
        notes += found
        if like := find_similar_story(document):
            notes.append(
                Note(1, "similar-story", f"“{like}” tells nearly the same. This comes in as a draft of its own.")
            )
    return PreparedImport(
        name, file.format, digest, document, _in_order(notes), has_own_uid=file.imported.has_own_uid
    )  # fmt: skip


def _going_on(name: str, digest: str, file: ParsedFile, work: Work, *, at: datetime) -> PreparedImport:
    document = file.imported.document
    if work.binned_at:
        raise UnreadableDocumentError(1, f"“{work.slug}” lies in the bin. Take it out first.")
    if work.kind != document.kind:
        raise UnreadableDocumentError(
            1, _OTHER_KIND.format(new=_KINDS[document.kind], old=_KINDS[work.kind], slug=work.slug)
        )
    current = drafts.build_document(work)
    base = find_base(work, file, current, at=at)
    if not file.imported.has_own_uid:
        said = prefer_edited_title(preserve_ids(document, base), base, current)
    elif document.uid != work.uid:
        said = document.changed(uid=work.uid, slug=work.slug)
    else:
        said = document
    is_new = said.digest() != current.digest()
    document = merge_with_draft(base, current, said, work=work) if is_new else said
    notes = [*file.imported.notes, *([build_merge_note(base, current)] if document != said else [])]
    is_unchanged = document.digest() == current.digest()
    return PreparedImport(
        name, file.format, digest, document, _in_order(notes), work, current, said, is_unchanged=is_unchanged
    )


def _in_order(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.line))
