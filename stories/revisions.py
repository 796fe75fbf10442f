"""Keeps what the desk looked like at each save, and brings it back."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.record.models import Event
from stories import citing, desk
from stories.documents import AnyDocument
from stories.models import Document, Revision, RevisionLabel, Story, Work, WorkKind


@transaction.atomic
def record(work: Work, *, by: User | None, reason: str = "") -> Revision:
    """Return the newest revision of ``work``, made now if the rows say anything new.

    The work is locked first, so that two saves never get the same number; ``by`` is None when a command acts. A save
    that changes nothing stores nothing. A list of shared names that changed alone is worth a revision too.
    """
    Work.objects.select_for_update().get(pk=work.pk)
    if work.kind == WorkKind.STORY:
        citing.cite_passages(Story.objects.get(pk=work.pk))
    document = Document.objects.keep(desk.snapshot(work))
    newest = newest_of(work)
    if newest and newest.document_id == document.pk:
        return newest
    return _add(work, document, by=by, reason=reason)


def record_beside(work: Work, document: AnyDocument, *, by: User, reason: str) -> Revision:
    """Keep a document that never lay on the desk, such as a change carried over, as a revision of the locked work."""
    return _add(work, Document.objects.keep(document), by=by, reason=reason, of_desk=False)


def _add(work: Work, document: Document, *, by: User | None, reason: str, of_desk: bool = True) -> Revision:
    number = Revision.objects.filter(work=work).aggregate(number=Max("number"))["number"] or 0
    return Revision.objects.create(
        work=work, number=number + 1, document=document, created_by=by, reason=reason[:300], of_desk=of_desk
    )


def newest_of(work: Work) -> Revision | None:
    """Return what the desk said last, its document at hand, or None before the first save."""
    return (
        Revision.objects.of_the_desk()
        .filter(work=work)
        .select_related("document", "created_by")
        .order_by("-number")
        .first()
    )


def numbered(work: Work, number: int) -> Revision | None:
    """Return the revision of this number, its document at hand, or None."""
    return Revision.objects.filter(work=work, number=number).select_related("document", "created_by").first()


def all_of(work: Work) -> QuerySet[Revision]:
    """Return every revision of ``work`` with who made it, newest first."""
    return Revision.objects.filter(work=work).select_related("created_by", "labelled").order_by("-number")


def newest_of_each(works: Iterable[Work]) -> dict[int, Revision]:
    """Return the newest revision of each of ``works`` that has one, by the work's key, in one query."""
    newest = Revision.objects.of_the_desk().filter(work=OuterRef("work")).order_by("-number").values("number")[:1]
    found = Revision.objects.filter(work__in=[work.pk for work in works], number=Subquery(newest))
    return {revision.work_id: revision for revision in found.select_related("document")}


@transaction.atomic
def restore(work: Work, revision: Revision, *, by: User) -> Revision:
    """Make the desk say again what ``revision`` says, kept as a new revision; raise NotAllowedError without the right."""
    require(by, f"stories.change_{'story' if work.kind == WorkKind.STORY else 'faq'}", "You may not edit this.")
    Work.objects.select_for_update().get(pk=work.pk)
    for faq in desk.restore(work, revision.document.value(), by=by):
        record(faq, by=by, reason="Made for a restored story")
    restored = record(work, by=by, reason=f"Revision {revision.number} restored")
    Event.objects.write(
        work.kind, work.uid, "restored", by=by, after={"revision": restored.number, "from": revision.number}
    )
    return restored


@transaction.atomic
def label(revision: Revision, text: str, *, by: User) -> None:
    """Give the revision a label such as “as sent to the lawyer”; an empty one takes it away."""
    require(by, "stories.change_story", "You may not label revisions.")
    words = text.strip()[:200]
    if words:
        RevisionLabel.objects.update_or_create(revision=revision, defaults={"text": words, "by": by})
    else:
        RevisionLabel.objects.filter(revision=revision).delete()
    work = revision.work
    Event.objects.write(work.kind, work.uid, "labelled", by=by, after={"revision": revision.number, "label": words})
