"""Keeps what the desk looked like at each save, and brings it back."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.record.models import Event
from stories import citing, desk, drafts
from stories.documents import AnyDocument, CitedArticle
from stories.models import FAQ, Document, Revision, RevisionLabel, Story, Work, WorkKind


@transaction.atomic(savepoint=False)
def record(work: Work, *, by: User | None, reason: str = "", is_locked: bool = False) -> Revision:
    """Return the newest revision of ``work``, made now if the rows say anything new.

    The work is locked first, unless the caller says that its transaction has done so, so that two saves never get the
    same number; ``by`` is None when a command acts. A save that changes nothing stores nothing. A list of shared names
    that changed alone is worth a revision too.
    """
    if not is_locked:
        Work.objects.select_for_update().get(pk=work.pk)
    document = said_by(work)
    last = all_of(work).select_related("document", "created_by").first()
    newest = last if last is None or last.of_desk else newest_of(work)
    if newest and newest.document.digest == document.digest():
        return newest
    number = last.number + 1 if last else 1
    revision = _add(work, number, Document.objects.keep(document), by=by, reason=reason)
    drafts.keep(work, document, at=revision.created_at)
    return revision


def record_beside(work: Work, document: AnyDocument, *, by: User, reason: str) -> Revision:
    """Keep a document that never lay on the desk, such as a change carried over, as a revision of the locked work."""
    last = Revision.objects.filter(work=work).aggregate(number=Max("number"))["number"] or 0
    return _add(work, last + 1, Document.objects.keep(document), by=by, reason=reason, of_desk=False)


def _add(
    work: Work, number: int, document: Document, *, by: User | None, reason: str, of_desk: bool = True
) -> Revision:
    return Revision.objects.create(
        work=work, number=number, document=document, created_by=by, reason=reason[:300], of_desk=of_desk
    )


def said_by(work: Work) -> AnyDocument:
    """Return what the rows of the locked ``work`` say, with a number for each source that a passage draws on."""
    if work.kind == WorkKind.STORY:
        story = Story.objects.select_related("lead_image").get(pk=work.pk)
        citing.cite_passages(story)
        return desk.snapshot_of(story)
    return desk.snapshot_of(FAQ.objects.get(pk=work.pk))


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


def saved_after(revision: Revision) -> list[Revision]:
    """Return what was saved on the desk since ``revision``, the oldest first, with who saved it."""
    later = Revision.objects.of_the_desk().filter(work=revision.work_id, number__gt=revision.number)
    return list(later.select_related("created_by").order_by("number"))


def all_of(work: Work) -> QuerySet[Revision]:
    """Return every revision of ``work`` with who made it, newest first."""
    return Revision.objects.filter(work=work).select_related("created_by", "labelled").order_by("-number")


def newest_of_each(works: Iterable[Work]) -> dict[int, Revision]:
    """Return the newest revision of each of ``works`` that has one, by the work's key, in one query."""
    newest = Revision.objects.of_the_desk().filter(work=OuterRef("work")).order_by("-number").values("number")[:1]
    found = Revision.objects.filter(work__in=[work.pk for work in works], number=Subquery(newest))
    return {revision.work_id: revision for revision in found.select_related("document")}


def edit_right(work: Work) -> str:
    """Return the right without which nobody edits works of this kind."""
    return f"stories.change_{'story' if work.kind == WorkKind.STORY else 'faq'}"


@transaction.atomic
def restore(work: Work, revision: Revision, *, by: User) -> Revision:
    """Make the desk say again what ``revision`` says, kept as a new revision; raise NotAllowedError without the right."""
    require(by, edit_right(work), "You may not edit this.")
    Work.objects.select_for_update().get(pk=work.pk)
    for faq in desk.restore(work, revision.document.value(), by=by):
        record(faq, by=by, reason="Made for a restored story")
    restored = record(work, by=by, reason=f"Revision {revision.number} restored")
    Event.objects.write(
        work.kind, work.uid, "restored", by=by, after={"revision": restored.number, "from": revision.number}
    )
    return restored


@transaction.atomic
def take_over(
    work: Work, document: AnyDocument, *, articles: Iterable[CitedArticle], owner: User | None, by: User, reason: str
) -> tuple[Revision, list[FAQ]]:
    """Make the desk say ``document``, which joins what it said with what ``by`` sent, kept as a new revision.

    ``articles`` are those that ``by`` described anew. Returns the newest revision and the questions that were made.
    The work must be locked, and the right to edit it asked. Raises UnknownPictureError and IntegrityError, with
    nothing written, where the rows cannot say it.
    """
    made = desk.restore(work, document, by=by)
    desk.describe_articles(articles, by=by)
    before = Work.objects.owner_of(work.pk)
    Work.objects.filter(pk=work.pk).update(owner=owner)
    tell_owner(work, owner, before=before, by=by)
    for faq in made:
        record(faq, by=by, reason=f"Made for the story “{work}”")
    return record(work, by=by, reason=reason), made


def tell_owner(work: Work, owner: AbstractUser | None, *, before: AbstractUser | None, by: User) -> None:
    """Write into the record whose the work is from now on, where that changed: no revision tells it."""
    if before != owner:
        was, now = {"owner": str(before or "nobody")}, {"owner": str(owner or "nobody")}
        Event.objects.write(work.kind, work.uid, "given over", by=by, before=was, after=now)


@transaction.atomic
def label(revision: Revision, text: str, *, by: User) -> None:
    """Give the revision a label such as “as sent to the lawyer”; an empty one takes it away.

    Raises NotAllowedError without the right to edit the work.
    """
    require(by, edit_right(revision.work), "You may not label revisions.")
    words = text.strip()[:200]
    if words:
        RevisionLabel.objects.update_or_create(revision=revision, defaults={"text": words, "by": by})
    else:
        RevisionLabel.objects.filter(revision=revision).delete()
    work = revision.work
    Event.objects.write(work.kind, work.uid, "labelled", by=by, after={"revision": revision.number, "label": words})
