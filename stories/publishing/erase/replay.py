"""Repeat erasures on a restored database, which may be older than the erasures."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from newsroom.audit.erasure_lines import is_recorded
from newsroom.media.models import Image
from newsroom.operations import erasures
from newsroom.operations.erasures import Line, Outcome
from newsroom.page_cache.invalidation import invalidation
from stories import drafts
from stories.documents import AnyDocument, Explainer
from stories.drafts import revisions, status_index
from stories.drafts.references import UnknownImageError
from stories.models import AutosaveSlot, Document, Edition, Revision, Work
from stories.publishing.erase.authorize import Order, Scope, open_erasure, wipe_sqlite_file
from stories.publishing.erase.editions import REMOVED, remove_edition, remove_revisions
from stories.publishing.erase.passages import remove_part
from stories.publishing.erase.shared import delete_unused_images
from stories.publishing.erase.works import carry_out

REASON = "An edition was erased"  # reason of the revision that replaces the draft


@dataclass(slots=True)
class _Result:
    """Whether anything was erased, and what an operator should know."""

    found: bool = True
    remarks: list[str] = field(default_factory=list)


def register() -> None:
    """Register the replays of all scopes."""
    for scope in Scope:
        erasures.register(scope, replay, finish=wipe_sqlite_file)


def replay(line: Line) -> tuple[Outcome, str]:
    """Repeat one erasure, and record it without a user.

    Do nothing if the database already has its row, or if its line does not say which passage was erased. Return the
    outcome, and a remark for the operator or an empty string. A work that the database does not contain was created
    after the backup. The erasure is recorded all the same, so that it is not applied to anything that is created later.
    Raise the errors of ``open_erasure``.
    """
    if is_recorded(line):
        return Outcome.RECORDED, ""
    name = f"Erasure {line.id} ({line.scope} of {line.kind} {line.uid})"
    if line.scope == Scope.PASSAGE and line.part is None:
        return Outcome.UNKNOWN, f"{name}: an earlier release did not record which passage. Erase it again."
    work, order = Work.objects.with_uid(UUID(line.uid)), Order.from_line(line)
    result = _record_absent(line, order) if work is None else _erase(work, line, order)
    outcome = Outcome.ERASED if result.found else Outcome.ABSENT
    return outcome, f"{name}: {' '.join(result.remarks)}" if result.remarks else ""


def _erase(work: Work, line: Line, order: Order) -> _Result:
    if line.scope == Scope.WORK:
        carry_out(work, order)
        return _Result(remarks=_describe_used_images(line.files))
    if line.scope == Scope.EDITION:
        return _erase_edition(work, line, order)
    with open_erasure(work, Scope.PASSAGE, order, part=line.part) as opened:
        opened.found = line.part is not None and remove_part(opened.work, line.part)
    return _Result(opened.found)


def _erase_edition(work: Work, line: Line, order: Order) -> _Result:
    """Erase the edition with the number in the line, and the revisions with its document.

    The edition may not exist in this database, although its text is already the draft. Raise the errors of
    ``open_erasure``.
    """
    result = _Result()
    with open_erasure(work, Scope.EDITION, order, edition=line.edition) as opened:
        edition = Edition.objects.filter(work=work, number=line.edition or 0).exclude(notice=REMOVED).first()
        documents = list(_find_documents(work, line, edition))
        if edition is not None and line.document not in {"", *(each.digest for each in documents)}:
            result.remarks.append("The edition with this number has a different text from the erased one.")
        for document in documents:
            if _replace_draft(opened.work, document):
                result.remarks.append("The draft had the same text, and was replaced.")
        if edition is not None:
            remove_edition(opened.work, edition, by=None)
        for document in documents:
            remove_revisions(opened.work, document)
        status_index.update_statuses([work.pk])
        result.found = opened.found = edition is not None or bool(documents)
    return result


def _find_documents(work: Work, line: Line, edition: Edition | None) -> Iterable[Document]:
    """Return the documents of the edition and of the line that belong to the work."""
    belongs = Q(digest=line.document, revisions__work=work)
    if edition is not None:
        belongs |= Q(editions=edition)
    return Document.objects.filter(belongs).distinct()


def _replace_draft(work: Work, document: Document) -> bool:
    """Replace the draft if it has this document, and return whether it was replaced.

    The replacement is the newest revision with a different document. If there is none, or if one of its images is gone,
    the draft becomes empty.
    """
    newest = revisions.get_newest_revision(work)
    if newest is None or newest.document_id != document.pk:
        return False
    others = Revision.objects.of_desk().filter(work=work).exclude(document=document)
    former = others.select_related("document").order_by("-number").first()
    value = document.value()
    try:
        created = drafts.restore(work, former.document.value() if former else _make_empty(value))
    except UnknownImageError:
        created = drafts.restore(work, _make_empty(value))
    for question in created:
        revisions.record_revision(question, by=None, reason=REASON)
    revisions.record_revision(work, by=None, reason=REASON, is_locked=True)
    return True


def _make_empty(document: AnyDocument) -> AnyDocument:
    """Return a document with the identity of ``document`` and none of its text."""
    title = "headline" if isinstance(document, Explainer) else "question"
    identity = {"uid": document.uid, "slug": document.slug, "language": document.language}
    return type(document).model_validate({**identity, title: REMOVED})


@invalidation()
def _record_absent(line: Line, order: Order) -> _Result:
    """Record the erasure of a work that the database does not contain, and delete erased images that nothing uses."""
    row = order.open_row(line.kind, UUID(line.uid), line.scope, edition=line.edition, part=line.part)
    delete_unused_images(line.files)
    order.close_row(row, document=line.document, files=line.files)
    remarks = _describe_used_images(line.files)
    if count := AutosaveSlot.objects.of_unsaved_works(line.kind, before=line.time).count():
        texts = "one text that was" if count == 1 else f"{count:,} texts that were"
        remarks.append(
            f"The page did not exist yet, but {texts} typed and never saved may contain its text. Check unsaved text."
        )
    return _Result(found=False, remarks=remarks)


def _describe_used_images(digests: Iterable[str]) -> list[str]:
    uids = Image.objects.filter(digest__in=digests).values_list("uid", flat=True)
    return [
        f"Picture {uid} was also erased, but other pages here still use it. Replace it on those pages." for uid in uids
    ]
