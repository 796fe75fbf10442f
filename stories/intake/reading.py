"""Reads one file against what this site has: what would be made of it, before anything is written."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from newsroom.addresses.models import Address
from stories import desk, revisions
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.exporting import to_text
from stories.importing import Note, ReadFile, RefusedError, Report, read_file, report
from stories.intake.carrying import carried_over
from stories.intake.known import known_names
from stories.intake.likeness import story_like
from stories.intake.questions import question_with_introduction, with_known_questions
from stories.models import Edition, Import, Work

_OTHER_KIND = "The file is a {new}, and “{slug}” is a {old}."
_KINDS = {"story": "story", "question": "question page"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What taking a file in would make.

    ``work`` is the work it goes on with, or None for a new draft; ``base`` the document its desk holds at this moment,
    which must still be so when the file is taken in; ``is_unchanged`` says that there is nothing to do.
    """

    name: str
    format: str
    digest: str
    document: AnyDocument
    notes: tuple[Note, ...]
    work: Work | None = None
    base: str = ""
    is_unchanged: bool = False

    def report(self, *, status: str = "") -> Report:
        """Return the file's part of the object that ``--json`` prints."""
        status = status or ("unchanged" if self.is_unchanged else "would import")
        slug = self.work.slug if self.work else address_for(self.document)
        return report(self.name, status, self.document, self.notes, slug=slug)


class ConflictError(RefusedError):
    """Somebody edited the work since it was last brought in; ``theirs`` is the desk's text, ``ours`` the file's."""

    def __init__(self, theirs: AnyDocument, ours: AnyDocument) -> None:
        self.theirs = to_text(theirs)
        self.ours = to_text(ours)
        super().__init__(
            1,
            "Somebody edited this since it was last brought in. Nothing was changed.\n\n"
            f"The desk says now:\n\n{self.theirs}\nThe file says:\n\n{self.ours}",
        )


def read(
    data: bytes,
    *,
    name: str,
    at: datetime,
    format: str | None = None,
    headline: str | None = None,
    into: Work | None = None,
) -> Reading:
    """Return what taking the file in at ``at`` would make; nothing is written.

    ``format`` is text, markdown or json, found out when None; ``headline`` is given to the story, or is the question
    that a page answers; ``into`` is the work it goes on with. Raises RefusedError with line and reason, and
    ConflictError where somebody edited the work since.
    """
    digest = hashlib.sha256(data).hexdigest()
    if before := _taken_before(digest, into):
        notes = tuple(Note(**note) for note in before.notes)
        return Reading(name, before.format, digest, before.document.value(), notes, before.work, "", is_unchanged=True)
    file = read_file(data, known_names(), name=name, format=format, headline=headline)
    work = into or _work_of(file)
    if work is None:
        return _new_draft(name, digest, file, data)
    return _going_on(name, digest, file, work, at=at)


def address_for(document: AnyDocument) -> str:
    """Return the first free address like the document's own, or like its title."""
    title = document.headline if isinstance(document, Explainer) else document.question
    taken = Work.objects.filter(kind=document.kind)
    wanted = document.slug or title or document.kind
    return Address.objects.free_slug(document.kind, wanted, uid=document.uid, taken=taken)


def _taken_before(digest: str, into: Work | None) -> Import | None:
    found = Import.objects.filter(digest=digest).select_related("work", "document")
    return (found.filter(work=into) if into else found).first()


def _work_of(file: ReadFile) -> Work | None:
    """Return the work that the file says it is, or that its introduction shows it to be."""
    document = file.imported.document
    if file.imported.has_identity:
        return Work.objects.filter(uid=document.uid).first()
    return question_with_introduction(document) if isinstance(document, QuestionPage) else None


def _new_draft(name: str, digest: str, file: ReadFile, data: bytes) -> Reading:
    document, notes = file.imported.document, list(file.imported.notes)
    if isinstance(document, Explainer) and not file.imported.has_identity:
        document, found = with_known_questions(document, data.decode("utf-8-sig"))
        notes += found
        if like := story_like(document):
            notes.append(
                Note(1, "similar-story", f"“{like}” tells nearly the same. This comes in as a draft of its own.")
            )
    return Reading(name, file.format, digest, document, _in_order(notes))


def _going_on(name: str, digest: str, file: ReadFile, work: Work, *, at: datetime) -> Reading:
    document = file.imported.document
    if work.binned_at:
        raise RefusedError(1, f"“{work.slug}” lies in the bin. Take it out first.")
    if work.kind != document.kind:
        raise RefusedError(1, _OTHER_KIND.format(new=_KINDS[document.kind], old=_KINDS[work.kind], slug=work.slug))
    current = desk.snapshot(work)
    if not file.imported.has_identity:
        document = carried_over(document, current)
    elif document.uid != work.uid:
        document = document.changed(uid=work.uid, slug=work.slug)
    is_unchanged = document.digest() == current.digest()
    if not is_unchanged and _is_edited(work, current, at=at):
        raise ConflictError(current, document)
    notes = _in_order([*file.imported.notes])
    return Reading(name, file.format, digest, document, notes, work, current.digest(), is_unchanged=is_unchanged)


def _is_edited(work: Work, current: AnyDocument, *, at: datetime) -> bool:
    """Say whether the desk says something else than what was last brought in.

    What was never brought in is measured by what readers see, or by its first revision while there is no other.
    """
    if last := Import.objects.filter(work=work).select_related("document").first():
        return last.document.digest != current.digest()
    live = Edition.objects.live(at).filter(work=work).select_related("document").first()
    if live and live.document:
        return live.document.digest != current.digest()
    newest = revisions.newest_of(work)
    return newest is not None and (newest.number > 1 or newest.document.digest != current.digest())


def _in_order(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.line))
