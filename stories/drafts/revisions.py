"""Record a revision at each save, find revisions, restore and label them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.db.statements import PreparedQuery
from stories import drafts
from stories.documents import AnyDocument, CitedArticle
from stories.documents.compare.confirmations import equal_except_decisions
from stories.drafts import citations, search
from stories.models import FAQ, Document, Revision, RevisionLabel, Work, WorkKind


@dataclass(frozen=True, slots=True)
class RecordedRevision:
    """The newest revision of a work, its document, and the revision before it, which is the same if nothing was new."""

    revision: Revision
    document: AnyDocument
    previous: Revision | None


@transaction.atomic(savepoint=False)
def record_revision(work: Work, *, by: User | None, reason: str = "", is_locked: bool = False) -> Revision:
    """Return the newest revision of ``work``, recorded now if the document of its rows differs from the last one.

    Pass ``is_locked`` if this transaction has locked the work. ``by`` is None when a command acts. The document also
    differs if only names of shared rows have changed.
    """
    # Two saves must never get the same number.
    if not is_locked:
        Work.objects.select_for_update().get(pk=work.pk)
    return record_revisions([work], by=by, reason=reason)[work.pk].revision


def record_revisions(
    works: Iterable[Work], *, by: User | None, reason: str = "", reasons: Mapping[UUID, str] | None = None
) -> dict[int, RecordedRevision]:
    """Record revisions of the locked ``works`` as ``record_revision`` does, and return the results by primary key.

    ``reasons`` holds the reasons of single works, by uid. The number of queries does not depend on the number of works.
    """
    own = reasons or {}
    known = {work.pk: work for work in works}
    said = {key: (document, document.digest()) for key, document in build_documents(known.values()).items()}
    lasts = _last_of_each(known)
    new = {key for key, (_, digest) in said.items() if key not in lasts or lasts[key].newest_says != digest}
    kept = Document.objects.store_many(said[key][0] for key in new) if new else {}
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
    search.index_works((known[each.work_id], said[each.work_id][0], each.created_at) for each in made)
    added = {each.work_id: each for each in made}
    recorded: dict[int, RecordedRevision] = {}
    for key, (document, _) in said.items():
        before = lasts[key].newest if key in lasts else None
        if newest := added.get(key, before):
            recorded[key] = RecordedRevision(newest, document, before)
    return recorded


def record_outside_draft(work: Work, document: AnyDocument, *, by: User, reason: str) -> Revision:
    """Record a document that the draft never held, such as a change carried over, as a revision of the locked work."""
    last = Revision.objects.filter(work=work).aggregate(number=Max("number"))["number"] or 0
    return Revision.objects.create(
        work=work,
        number=last + 1,
        document=Document.objects.store(document),
        created_by=by,
        reason=reason[:300],
        of_desk=False,
    )


def build_document(work: Work) -> AnyDocument:
    """Return the document of the rows of the locked ``work``, after numbering each source that a passage draws on."""
    return build_documents([work])[work.pk]


def build_documents(works: Iterable[Work]) -> dict[int, AnyDocument]:
    """Return the documents of the locked ``works`` by primary key, as ``document_of`` does."""
    known = list(works)
    rows = drafts.Rows.of(known)
    if uncited := rows.find_uncited():
        citations.cite_passages(uncited)
        rows = drafts.Rows.of(known)
    return drafts.build_documents_from_rows(rows)


def get_newest_revision(work: Work) -> Revision | None:
    """Return the newest revision that the draft held, with its document, or None before the first save."""
    return (
        Revision.objects.of_desk()
        .filter(work=work)
        .select_related("document", "created_by")
        .order_by("-number")
        .first()
    )


def get_revision(work: Work, number: int) -> Revision | None:
    """Return the revision with this number, with its document, or None."""
    return Revision.objects.filter(work=work, number=number).select_related("document", "created_by").first()


def is_same_text(newest: Revision, number: int | None) -> bool:
    """Return whether ``newest`` says the same as the revision with this number.

    Names and decisions on them do not count.
    """
    if newest.number == number:
        return True
    read = get_revision(newest.work, number) if number is not None else None
    return read is not None and equal_except_decisions(read.document.value(), newest.document.value())


def list_later_revisions(revision: Revision) -> list[Revision]:
    """Return the revisions that were saved after ``revision``, oldest first, with their users."""
    later = Revision.objects.of_desk().filter(work=revision.work_id, number__gt=revision.number)
    return list(later.select_related("created_by").order_by("number"))


def list_revisions(work: Work) -> QuerySet[Revision]:
    """Return all revisions of ``work`` with their users, newest first."""
    return Revision.objects.filter(work=work).select_related("created_by", "labelled").order_by("-number")


def get_newest_revisions(works: Iterable[Work]) -> dict[int, Revision]:
    """Return the newest revision of each work that has one, by the work's primary key. Take one query."""
    keys = [work.pk for work in works]
    if not keys:
        return {}
    found = Revision.objects.filter(work__in=keys, number=_newest_number(Revision.objects.of_desk()))
    return {revision.work_id: revision for revision in found.select_related("document")}


@dataclass(frozen=True, slots=True)
class _Last:
    """The newest revision of the draft, and the highest number, which a revision made beside the draft may have."""

    newest: Revision | None
    number: int

    @property
    def newest_says(self) -> str:
        return self.newest.document.digest if self.newest else ""


def _last_of_each(works: Iterable[int]) -> dict[int, _Last]:
    found = {row.work_id: row for row in _LAST(works=list(works))}
    numbers = {key: row.number for key, row in found.items()}
    if beside := [key for key, row in found.items() if not row.of_desk]:
        of_desk = _newest_number(Revision.objects.of_desk())
        newest = {row.work_id: row for row in _lightly(Revision.objects.filter(work__in=beside, number=of_desk))}
        found = {key: row for key, row in found.items() if row.of_desk} | newest
    return {key: _Last(found.get(key), number) for key, number in numbers.items()}


def _lightly(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Defer the bodies of documents, because their digests are enough to compare them."""
    return revisions.select_related("document").defer("document__body")


def _newest_number(revisions: QuerySet[Revision]) -> Subquery:
    """Return a subquery for the highest number among these revisions of the outer row's work."""
    return Subquery(revisions.filter(work=OuterRef("work")).order_by("-number").values("number")[:1])


_LAST = PreparedQuery(
    lambda works: _lightly(Revision.objects.filter(work__id__in=works, number=_newest_number(Revision.objects.all())))
)


def get_edit_permission(work: Work) -> str:
    """Return the permission that is needed to edit works of this kind."""
    return f"stories.change_{'story' if work.kind == WorkKind.STORY else 'faq'}"


@transaction.atomic
def restore_revision(work: Work, revision: Revision, *, by: User) -> Revision:
    """Restore the rows of ``work`` to ``revision`` and record a new revision of them.

    Raise NotAllowedError if the user may not edit the work.
    """
    require_permission(by, get_edit_permission(work), "You may not edit this.")
    Work.objects.select_for_update().get(pk=work.pk)
    for faq in drafts.restore(work, revision.document.value(), by=by):
        record_revision(faq, by=by, reason="Made for a restored story")
    restored = record_revision(work, by=by, reason=f"Revision {revision.number} restored")
    Event.objects.write(
        work.kind, work.uid, "restored", by=by, after={"revision": restored.number, "from": revision.number}
    )
    return restored


@transaction.atomic
def replace_draft(
    work: Work, document: AnyDocument, *, articles: Iterable[CitedArticle], owner: User | None, by: User, reason: str
) -> tuple[Revision, list[FAQ]]:
    """Replace the draft with ``document``, which merges it with what ``by`` sent, and record a revision of it.

    ``articles`` are the citations whose article details ``by`` changed. Return the newest revision and the questions
    that were created. The work must be locked, and the permission to edit it checked. Raise UnknownPictureError or
    IntegrityError, with nothing written, if the rows cannot hold the document.
    """
    made = drafts.restore(work, document, by=by)
    drafts.update_articles(articles, by=by)
    before = Work.objects.owner_of(work.pk)
    Work.objects.filter(pk=work.pk).update(owner=owner)
    write_owner_change(work, owner, before=before, by=by)
    for faq in made:
        record_revision(faq, by=by, reason=f"Made for the story “{work}”")
    return record_revision(work, by=by, reason=reason), made


def write_owner_change(work: Work, owner: AbstractUser | None, *, before: AbstractUser | None, by: User) -> None:
    """Write an audit entry if the owner of the work changed, because revisions do not hold owners."""
    if before != owner:
        was, now = {"owner": str(before or "nobody")}, {"owner": str(owner or "nobody")}
        Event.objects.write(work.kind, work.uid, "given over", by=by, before=was, after=now)


@transaction.atomic
def label_revision(revision: Revision, text: str, *, by: User) -> None:
    """Give the revision a label such as “as sent to the lawyer”; an empty one removes it.

    Raise NotAllowedError if the user may not edit the work.
    """
    require_permission(by, get_edit_permission(revision.work), "You may not label revisions.")
    words = text.strip()[:200]
    if words:
        RevisionLabel.objects.update_or_create(revision=revision, defaults={"text": words, "by": by})
    else:
        RevisionLabel.objects.filter(revision=revision).delete()
    work = revision.work
    Event.objects.write(work.kind, work.uid, "labelled", by=by, after={"revision": revision.number, "label": words})
