"""Keeps what the desk looked like at each save, and brings it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.audit.models import Event
from newsroom.db.statements import PreparedQuery
from stories import drafts
from stories.documents import AnyDocument, CitedArticle
from stories.documents.compare.confirmations import same_but_decisions
from stories.drafts import citations, search
from stories.models import FAQ, Document, Revision, RevisionLabel, Work, WorkKind


@dataclass(frozen=True, slots=True)
class Recorded:
    """The newest revision of a work, what it says, and the revision before it, which is itself where nothing was new."""

    revision: Revision
    document: AnyDocument
    before: Revision | None


@transaction.atomic(savepoint=False)
def record_revision(work: Work, *, by: User | None, reason: str = "", is_locked: bool = False) -> Revision:
    """Return the newest revision of ``work``, made now if the rows say anything new.

    The work is locked first, unless the caller says that its transaction has done so, so that two saves never get the
    same number; ``by`` is None when a command acts. A save that changes nothing stores nothing. A list of shared names
    that changed alone is worth a revision too.
    """
    if not is_locked:
        Work.objects.select_for_update().get(pk=work.pk)
    return record_each([work], by=by, reason=reason)[work.pk].revision


def record_each(
    works: Iterable[Work], *, by: User | None, reason: str = "", reasons: Mapping[UUID, str] | None = None
) -> dict[int, Recorded]:
    """Do for each of the locked ``works`` what ``record`` does; return it by key. As many queries for many as for one.

    ``reasons`` are those of their own that some have, by their uids.
    """
    own = reasons or {}
    known = {work.pk: work for work in works}
    said = {key: (document, document.digest()) for key, document in documents_of(known.values()).items()}
    lasts = _last_of_each(known)
    new = {key for key, (_, digest) in said.items() if key not in lasts or lasts[key].newest_says != digest}
    kept = Document.objects.keep_all(said[key][0] for key in new) if new else {}
    made = Revision.objects.bulk_create(
        Revision(
            work=known[key],
            number=lasts[key].number + 1 if key in lasts else 1,
            document=kept[said[key][1]],
            created_by=by,
            reason=own.get(known[key].uid, reason)[:300],
        )
        for key in sorted(new)
    )
    search.keep_all((known[each.work_id], said[each.work_id][0], each.created_at) for each in made)
    added = {each.work_id: each for each in made}
    recorded: dict[int, Recorded] = {}
    for key, (document, _) in said.items():
        before = lasts[key].newest if key in lasts else None
        if newest := added.get(key, before):
            recorded[key] = Recorded(newest, document, before)
    return recorded


def record_beside(work: Work, document: AnyDocument, *, by: User, reason: str) -> Revision:
    """Keep a document that never lay on the desk, such as a change carried over, as a revision of the locked work."""
    last = Revision.objects.filter(work=work).aggregate(number=Max("number"))["number"] or 0
    return Revision.objects.create(
        work=work,
        number=last + 1,
        document=Document.objects.keep(document),
        created_by=by,
        reason=reason[:300],
        of_desk=False,
    )


def document_of(work: Work) -> AnyDocument:
    """Return what the rows of the locked ``work`` say, with a number for each source that a passage draws on."""
    return documents_of([work])[work.pk]


def documents_of(works: Iterable[Work]) -> dict[int, AnyDocument]:
    """Return what the rows of each of the locked ``works`` say, by its key; see ``said_by``."""
    known = list(works)
    rows = drafts.Rows.of(known)
    if uncited := rows.uncited():
        citations.cite_passages(uncited)
        rows = drafts.Rows.of(known)
    return drafts.snapshots_of(rows)


def newest_revision(work: Work) -> Revision | None:
    """Return what the desk said last, its document at hand, or None before the first save."""
    return (
        Revision.objects.of_the_desk()
        .filter(work=work)
        .select_related("document", "created_by")
        .order_by("-number")
        .first()
    )


def revision_number(work: Work, number: int) -> Revision | None:
    """Return the revision of this number, its document at hand, or None."""
    return Revision.objects.filter(work=work, number=number).select_related("document", "created_by").first()


def has_text_of(newest: Revision, number: int | None) -> bool:
    """Return whether ``newest`` says what the revision of this number says, but for names and decisions on them."""
    if newest.number == number:
        return True
    read = revision_number(newest.work, number) if number is not None else None
    return read is not None and same_but_decisions(read.document.value(), newest.document.value())


def saved_after(revision: Revision) -> list[Revision]:
    """Return what was saved on the desk since ``revision``, the oldest first, with who saved it."""
    later = Revision.objects.of_the_desk().filter(work=revision.work_id, number__gt=revision.number)
    return list(later.select_related("created_by").order_by("number"))


def all_of(work: Work) -> QuerySet[Revision]:
    """Return every revision of ``work`` with who made it, newest first."""
    return Revision.objects.filter(work=work).select_related("created_by", "labelled").order_by("-number")


def newest_revisions(works: Iterable[Work]) -> dict[int, Revision]:
    """Return the newest revision of each of ``works`` that has one, by the work's key, in one query."""
    keys = [work.pk for work in works]
    if not keys:
        return {}
    found = Revision.objects.filter(work__in=keys, number=_newest_number(Revision.objects.of_the_desk()))
    return {revision.work_id: revision for revision in found.select_related("document")}


@dataclass(frozen=True, slots=True)
class _Last:
    """The newest revision of the desk, and the number of the last of all: one made beside the desk may have it."""

    newest: Revision | None
    number: int

    @property
    def newest_says(self) -> str:
        return self.newest.document.digest if self.newest else ""


def _last_of_each(works: Iterable[int]) -> dict[int, _Last]:
    found = {row.work_id: row for row in _LAST(works=list(works))}
    numbers = {key: row.number for key, row in found.items()}
    if beside := [key for key, row in found.items() if not row.of_desk]:
        of_desk = _newest_number(Revision.objects.of_the_desk())
        newest = {row.work_id: row for row in _lightly(Revision.objects.filter(work__in=beside, number=of_desk))}
        found = {key: row for key, row in found.items() if row.of_desk} | newest
    return {key: _Last(found.get(key), number) for key, number in numbers.items()}


def _lightly(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Leave out what the documents say: their digests tell them apart."""
    return revisions.select_related("document").defer("document__body")


def _newest_number(revisions: QuerySet[Revision]) -> Subquery:
    """Return the highest number among the revisions of the work of the row that is asked about."""
    return Subquery(revisions.filter(work=OuterRef("work")).order_by("-number").values("number")[:1])


_LAST = PreparedQuery(
    lambda works: _lightly(Revision.objects.filter(work__id__in=works, number=_newest_number(Revision.objects.all())))
)


def edit_right(work: Work) -> str:
    """Return the right without which nobody edits works of this kind."""
    return f"stories.change_{'story' if work.kind == WorkKind.STORY else 'faq'}"


@transaction.atomic
def restore(work: Work, revision: Revision, *, by: User) -> Revision:
    """Make the desk say again what ``revision`` says, kept as a new revision; raise NotAllowedError without the right."""
    require(by, edit_right(work), "You may not edit this.")
    Work.objects.select_for_update().get(pk=work.pk)
    for faq in drafts.restore(work, revision.document.value(), by=by):
        record_revision(faq, by=by, reason="Made for a restored story")
    restored = record_revision(work, by=by, reason=f"Revision {revision.number} restored")
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
    made = drafts.restore(work, document, by=by)
    drafts.describe_articles(articles, by=by)
    before = Work.objects.owner_of(work.pk)
    Work.objects.filter(pk=work.pk).update(owner=owner)
    tell_owner(work, owner, before=before, by=by)
    for faq in made:
        record_revision(faq, by=by, reason=f"Made for the story “{work}”")
    return record_revision(work, by=by, reason=reason), made


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
