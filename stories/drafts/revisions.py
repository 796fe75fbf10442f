"""Record revisions when works are saved, and find and restore revisions."""

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
from stories.models import FAQ, Document, Revision, Work, WorkKind


@dataclass(frozen=True, slots=True)
class RecordedRevision:
    """The newest revision of a work with its document, and the newest revision before recording, or None.

    The two revisions are the same if nothing has changed.
    """

    revision: Revision
    document: AnyDocument
    previous: Revision | None


@transaction.atomic(savepoint=False)
def record_revision(work: Work, *, by: User | None, reason: str = "", is_locked: bool = False) -> Revision:
    """Record a revision of ``work`` if the document built from its rows has changed. Return the newest revision.

    A new name for a topic or an outlet also changes the document. Pass ``is_locked`` if this transaction has already
    locked the work. ``by`` is None if no user is responsible, as in a management command. Raise WorkErasedError if the
    work has been erased.
    """
    # The lock ensures that two saves never get the same number.
    if not is_locked:
        Work.objects.lock_existing(work.pk)
    return record_revisions([work], by=by, reason=reason)[work.pk].revision


def record_revisions(
    works: Iterable[Work], *, by: User | None, reason: str = "", reasons: Mapping[UUID, str] | None = None
) -> dict[int, RecordedRevision]:
    """Record revisions of the locked ``works`` as ``record_revision`` does.

    Return the results, keyed by the primary keys of the works. ``reasons`` contains the reasons for some works, keyed
    by uid. The number of queries does not depend on the number of works.
    """
    reasons_by_uid = reasons or {}
    works_by_key = {work.pk: work for work in works}
    documents = build_documents(works_by_key.values())
    digests = {key: document.digest() for key, document in documents.items()}
    latest = _load_latest(works_by_key)
    changed = {key for key, digest in digests.items() if key not in latest or latest[key].newest_digest != digest}
    rows = Document.objects.store_many(documents[key] for key in changed) if changed else {}
    created = Revision.objects.bulk_create(
        Revision(
            work=works_by_key[key],
            number=latest[key].number + 1 if key in latest else 1,
            document=rows[digests[key]],
            created_by=by,
            reason=reasons_by_uid.get(works_by_key[key].uid, reason)[:300],
        )
        for key in sorted(changed)
    )
    search.index_works((works_by_key[each.work_id], documents[each.work_id], each.created_at) for each in created)
    created_by_work = {each.work_id: each for each in created}
    recorded: dict[int, RecordedRevision] = {}
    for key, document in documents.items():
        previous = latest[key].newest if key in latest else None
        if newest := created_by_work.get(key, previous):
            recorded[key] = RecordedRevision(newest, document, previous)
    return recorded


def record_outside_draft(work: Work, document: AnyDocument, *, by: User, reason: str) -> Revision:
    """Record a document that was never the draft, such as a merged one, as a revision of the locked work.

    Return the revision.
    """
    highest = Revision.objects.filter(work=work).aggregate(number=Max("number"))["number"] or 0
    return Revision.objects.create(
        work=work,
        number=highest + 1,
        document=Document.objects.store(document),
        created_by=by,
        reason=reason[:300],
        of_desk=False,
    )


def build_document(work: Work) -> AnyDocument:
    """Return the document built from the rows of the locked ``work``; first cite the articles that passages draw on."""
    return build_documents([work])[work.pk]


def build_documents(works: Iterable[Work]) -> dict[int, AnyDocument]:
    """Return the documents of the locked ``works``, keyed by primary key, as ``build_document`` does."""
    all_works = list(works)
    rows = drafts.DraftRows.load(all_works)
    if uncited := rows.find_uncited():
        citations.cite_passages(uncited)
        rows = drafts.DraftRows.load(all_works)
    return drafts.build_documents_from_rows(rows)


def get_newest_revision(work: Work) -> Revision | None:
    """Return the newest revision of the draft, with its document, or None before the first save."""
    return (
        Revision.objects.of_desk()
        .filter(work=work)
        .select_related("document", "created_by")
        .order_by("-number")
        .first()
    )


def get_newest_by_key(work_key: int) -> Revision | None:
    """Return the newest revision of the draft with this primary key, without its document, or None."""
    return Revision.objects.of_desk().filter(work=work_key).order_by("-number").first()


def find_made_by_verb(before: Revision, *, by: User) -> Revision | None:
    """Return the newest revision of the draft if a verb of ``by`` made it directly after ``before``, otherwise None.

    A verb, such as a decision on a proposed name, gives its revision a reason; a save of the form does not.
    """
    after = get_newest_by_key(before.work_id)
    is_next = after is not None and (after.number, after.created_by_id) == (before.number + 1, by.pk)
    return after if after is not None and is_next and after.reason else None


def get_revision(work: Work, number: int) -> Revision | None:
    """Return the revision with this number, with its document, or None."""
    return Revision.objects.filter(work=work, number=number).select_related("document", "created_by").first()


def is_same_text(newest: Revision, number: int | None) -> bool:
    """Return whether ``newest`` has the same text as the revision with this number.

    Names of entities, and decisions on proposed names, do not count. The result is False if there is no such revision.
    """
    if newest.number == number:
        return True
    other = get_revision(newest.work, number) if number is not None else None
    return other is not None and equal_except_decisions(other.document.value(), newest.document.value())


def list_later_revisions(revision: Revision) -> list[Revision]:
    """Return the revisions that were saved after ``revision``, oldest first, with their users."""
    later = Revision.objects.of_desk().filter(work=revision.work_id, number__gt=revision.number)
    return list(later.select_related("created_by").order_by("number"))


def list_revisions(work: Work) -> QuerySet[Revision]:
    """Return all revisions of ``work`` with their users, newest first."""
    return Revision.objects.filter(work=work).select_related("created_by", "labelled").order_by("-number")


def get_newest_revisions(works: Iterable[Work]) -> dict[int, Revision]:
    """Return the newest revision of each saved draft, keyed by the work's primary key. This takes at most one query."""
    keys = [work.pk for work in works]
    if not keys:
        return {}
    newest = Revision.objects.filter(work__in=keys, number=_newest_number(Revision.objects.of_desk()))
    return {revision.work_id: revision for revision in newest.select_related("document")}


@dataclass(frozen=True, slots=True)
class _LatestRevision:
    """The newest revision of a draft, and the highest number, which may belong to a revision outside the draft."""

    newest: Revision | None
    number: int

    @property
    def newest_digest(self) -> str:
        """The digest of the newest document, or an empty string."""
        return self.newest.document.digest if self.newest else ""


def _load_latest(works: Iterable[int]) -> dict[int, _LatestRevision]:
    revisions = {row.work_id: row for row in _LATEST(works=list(works))}
    numbers = {key: row.number for key, row in revisions.items()}
    if outside_draft := [key for key, row in revisions.items() if not row.of_desk]:
        number = _newest_number(Revision.objects.of_desk())
        rows = _without_bodies(Revision.objects.filter(work__in=outside_draft, number=number))
        newest = {row.work_id: row for row in rows}
        revisions = {key: row for key, row in revisions.items() if row.of_desk} | newest
    return {key: _LatestRevision(revisions.get(key), number) for key, number in numbers.items()}


def _without_bodies(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Join the documents without their bodies, because digests are enough to compare them."""
    return revisions.select_related("document").defer("document__body")


def _newest_number(revisions: QuerySet[Revision]) -> Subquery:
    """Return a subquery for the highest number among these revisions of the outer row's work."""
    return Subquery(revisions.filter(work=OuterRef("work")).order_by("-number").values("number")[:1])


_LATEST = PreparedQuery(
    lambda works: _without_bodies(
        Revision.objects.filter(work__id__in=works, number=_newest_number(Revision.objects.all()))
    )
)


def get_edit_permission(work: Work) -> str:
    """Return the permission that is needed to edit works of this kind."""
    return f"stories.change_{'story' if work.kind == WorkKind.STORY else 'faq'}"


def require_edit_permission(work: Work, *, by: User) -> None:
    """Raise NotAllowedError unless the user may edit works of this kind."""
    require_permission(by, get_edit_permission(work), "You don’t have permission to edit this page.")


@transaction.atomic
def restore_revision(work: Work, revision: Revision, *, by: User) -> Revision:
    """Restore the rows of ``work`` to ``revision``, and record the result as a new revision.

    Write an audit entry, and return the newest revision. Raise NotAllowedError if the user may not edit the work. Raise
    WorkErasedError if the work has been erased, and UnknownImageError if an image is no longer in the library.
    """
    require_edit_permission(work, by=by)
    Work.objects.lock_existing(work.pk)
    for faq in drafts.restore(work, revision.document.value(), by=by):
        record_revision(faq, by=by, reason="Created for a restored story")
    restored = record_revision(work, by=by, reason=f"Revision {revision.number} restored")
    Event.objects.write(
        work.kind, work.uid, "restored", by=by, after={"revision": restored.number, "from": revision.number}
    )
    return restored


@transaction.atomic
def replace_draft(
    work: Work, document: AnyDocument, *, articles: Iterable[CitedArticle], owner: User | None, by: User, reason: str
) -> tuple[Revision, list[FAQ]]:
    """Replace the draft with ``document``, and its owner with ``owner``.

    ``articles`` are the citations whose article details ``by`` changed. Record a revision if the document has changed.
    Return the newest revision and the questions that were created. The caller must lock the work and check the
    permission to edit it. Raise UnknownImageError or IntegrityError, with nothing written, if the document cannot be
    stored in the rows.
    """
    created = drafts.restore(work, document, by=by)
    drafts.update_articles(articles, by=by)
    before = Work.objects.get_owner(work.pk)
    Work.objects.filter(pk=work.pk).update(owner=owner)
    write_owner_change(work, owner, before=before, by=by)
    for faq in created:
        record_revision(faq, by=by, reason=f"Created for the story “{work}”")
    return record_revision(work, by=by, reason=reason), created


def write_owner_change(work: Work, owner: AbstractUser | None, *, before: AbstractUser | None, by: User) -> None:
    """Write an audit entry if the owner of the work has changed, because owners are not part of revisions."""
    if before != owner:
        old, new = {"owner": str(before or "no one")}, {"owner": str(owner or "no one")}
        Event.objects.write(work.kind, work.uid, "given over", by=by, before=old, after=new)


def has_saved(user: User) -> bool:
    """Return whether the user has ever saved a revision."""
    return Revision.objects.filter(created_by=user).exists()
