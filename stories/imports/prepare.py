"""Read one file and prepare its import, without writing anything."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from newsroom.db.statements import PreparedQuery
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from newsroom.text.markdown.links import PAGE_KINDS
from stories import drafts
from stories.documents import AnyDocument, Explainer, QuestionPage, title_of
from stories.documents.parse import Note, ParsedFile, Report, UnreadableDocumentError, build_report, parse_file
from stories.drafts.publication_status import get_title
from stories.drafts.short_references import resolve_document
from stories.imports.known_names import load_known_names
from stories.imports.match_existing import find_question_by_introduction, find_similar_story, match_questions
from stories.imports.merge import build_merge_note, find_base, merge_with_draft, prefer_edited_title
from stories.imports.preserve_ids import preserve_ids
from stories.models import Import, Work

_OTHER_KIND = "The file is a {new}, but “{slug}” is a {old}."
_IMPORTS_BY_DIGEST = PreparedQuery(
    lambda digest: Import.objects.filter(digest=digest).select_related("work", "document")
)
_WORKS_BY_UID = PreparedQuery(lambda uid: Work.objects.filter(uid=uid))
_KIND_NAMES = {"story": "story", "question": "question page"}


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """The result of reading a file, which ``save_import`` can write.

    ``work`` is the work to change, or None for a new draft. ``draft`` is its draft at the time of reading, ``parsed``
    the document in the file, and ``document`` the result of merging both. For a new draft, and for a file that was
    imported before, ``draft`` and ``parsed`` are None. ``is_unchanged`` is true if there is nothing to write.
    ``has_own_uid`` is true if the uid of a new draft comes from the file. ``first_line`` is the first line of a text that
    may be its headline, or empty; ``takes_first_line`` is true if it is.
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
    first_line: str = ""
    takes_first_line: bool = False

    def report(self, *, status: str = "") -> Report:
        """Return the report on this file.

        Without a ``status``, the report says that the file is unchanged or would be imported.
        """
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
    kinds: Collection[str] = PAGE_KINDS,
    takes_first_line: bool | None = False,
) -> PreparedImport:
    """Prepare the import of ``data``, the bytes of a file, at the time ``at``. Write nothing.

    ``format`` is ``text``, ``markdown`` or ``json``, or None to detect it. ``headline`` is the headline of the story or
    the question of the page. Without it, ``takes_first_line`` makes the first line of a story's text its headline if it
    reads like one; None does so unless the text continues a page with another headline. ``into`` is the work to change.
    Short names in links become uids if they are of one of ``kinds``, those that the user may see; notes list the
    unknown ones. Edits made at the desk since the state on which the file is based are preserved. A file that was
    imported before (into this work, if ``into`` is given) changes nothing. Raise UnreadableDocumentError, with the line
    and the reason, if the file cannot be imported. Raise ConflictError if the desk and the file changed the same place
    in different ways.
    """
    digest = hashlib.sha256(data).hexdigest()
    if earlier := _find_earlier_import(digest, into):
        notes = tuple(Note(**note) for note in earlier.notes)
        return PreparedImport(
            name, earlier.format, digest, earlier.document.value(), notes, earlier.work, is_unchanged=True
        )
    file = parse_file(data, load_known_names, name=name, format=format, headline=headline)
    work = into or _find_work(file)
    with_first_line = file.imported.with_first_line
    first_line = title_of(with_first_line.document) if with_first_line else ""
    if takes_first_line is None:
        takes_first_line = work is None or fold(get_title(work)) == fold(first_line)
    if with_first_line and takes_first_line:
        file = replace(file, imported=with_first_line)
    file = _resolve_short_names(file, data, kinds=kinds)
    if work is None:
        prepared = _prepare_new_draft(name, digest, file, data)
    else:
        prepared = _prepare_change(name, digest, file, work, at=at)
    return replace(prepared, first_line=first_line, takes_first_line=bool(first_line and takes_first_line))


def find_free_slug(document: AnyDocument) -> str:
    """Return a free slug based on the document's own slug, or else on its title or its kind."""
    title = document.headline if isinstance(document, Explainer) else document.question
    works = Work.objects.filter(kind=document.kind)
    title_or_slug = document.slug or title or document.kind
    return Address.objects.find_free_slug(document.kind, title_or_slug, uid=document.uid, taken=works)


def _resolve_short_names(file: ParsedFile, data: bytes, *, kinds: Collection[str]) -> ParsedFile:
    """Return the file with uids instead of short names in its links, and with a note on each unknown name."""
    document, unknown = resolve_document(file.imported.document, kinds=kinds)
    source = data.decode(errors="replace") if unknown else ""
    lines = [source[: max(0, source.find(f"{each.kind}:{each.name}"))].count("\n") + 1 for each in unknown]
    notes = [Note(line, "reference-unknown", str(each)) for line, each in zip(lines, unknown, strict=True)]
    imported = replace(file.imported, document=document, notes=(*file.imported.notes, *notes))
    return replace(file, imported=imported)


def _find_earlier_import(digest: str, into: Work | None) -> Import | None:
    question_notes = _IMPORTS_BY_DIGEST(digest=digest)
    return next((each for each in question_notes if into is None or each.work_id == into.pk), None)


def _find_work(file: ParsedFile) -> Work | None:
    """Return the work with the uid in the file or, without a uid, the question page with the same introduction.

    Return None if there is no such work.
    """
    document = file.imported.document
    if file.imported.has_own_uid:
        return next(iter(_WORKS_BY_UID(uid=document.uid)), None)
    return find_question_by_introduction(document) if isinstance(document, QuestionPage) else None


def _prepare_new_draft(name: str, digest: str, file: ParsedFile, data: bytes) -> PreparedImport:
    document, notes = file.imported.document, list(file.imported.notes)
    if isinstance(document, Explainer) and not file.imported.has_own_uid:
        document, question_notes = match_questions(document, data.decode("utf-8-sig"))
        notes += question_notes
        if similar := find_similar_story(document):
            notes.append(Note(1, "similar-story", f"“{similar}” is very similar. This will become a separate draft."))
    return PreparedImport(
        name, file.format, digest, document, _sort_notes(notes), has_own_uid=file.imported.has_own_uid
    )  # fmt: skip


def _prepare_change(name: str, digest: str, file: ParsedFile, work: Work, *, at: datetime) -> PreparedImport:
    document = file.imported.document
    if work.binned_at:
        raise UnreadableDocumentError(1, f"“{work.slug}” is in the bin. Restore it first.")
    if work.kind != document.kind:
        raise UnreadableDocumentError(
            1, _OTHER_KIND.format(new=_KIND_NAMES[document.kind], old=_KIND_NAMES[work.kind], slug=work.slug)
        )
    current = drafts.build_document(work)
    base = find_base(work, file, current, at=at)
    if not file.imported.has_own_uid:
        parsed = prefer_edited_title(preserve_ids(document, base), base, current)
    elif document.uid != work.uid:
        parsed = document.changed(uid=work.uid, slug=work.slug)
    else:
        parsed = document
    is_new = parsed.digest() != current.digest()
    document = merge_with_draft(base, current, parsed, work=work) if is_new else parsed
    notes = [*file.imported.notes, *([build_merge_note(base, current)] if document != parsed else [])]
    is_unchanged = document.digest() == current.digest()
    return PreparedImport(
        name, file.format, digest, document, _sort_notes(notes), work, current, parsed, is_unchanged=is_unchanged
    )


def _sort_notes(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.line))
