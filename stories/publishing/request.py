"""Requests to publish, and their validation by checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.db.statements import PreparedQuery
from stories import checks
from stories.documents import AnyDocument
from stories.documents.render import RenderedDocument, render_for_edition
from stories.drafts.references import NamedEntities
from stories.drafts.revisions import RecordedRevision
from stories.models import Change, ChangeNote, Document, Edition, Revision, Work
from stories.publishing.errors import NotReadyError
from stories.publishing.timeline import Place

OVERRIDE_PERMISSION = "stories.override_check"
_DOCUMENTS = PreparedQuery(lambda keys: Document.objects.filter(pk__in=keys).order_by())


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """A work to publish, with its change note, and with reasons for overriding blockers, keyed by ``Finding.key``.

    Without a ``revision``, the current draft is published. If this transaction has already recorded the draft, pass the
    result as ``recorded`` to avoid reading the draft again. ``seen_revision_number`` is the number of the revision that
    the user read, so that no text is published unread.

    A revision that readers have seen before needs no new approval. For such a revision, pass a reason as
    ``public_before``. This reason also overrides every overridable blocker for which ``overrides`` has no reason.

    A revision that makes one change to what readers see has that document as ``changes``. Overridable blockers of which
    readers already see the cause do not stop it.
    """

    work: Work
    change: ChangeNote | None = None
    revision: Revision | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    seen_revision_number: int | None = None
    public_before: str = ""
    recorded: RecordedRevision | None = None
    changes: AnyDocument | None = None

    def get_override_reason(self, finding: checks.Finding) -> str:
        """Return the reason for overriding the finding, or an empty string if there is none."""
        if not finding.is_overridable:
            return ""
        return self.overrides.get(finding.key, "").strip() or self.public_before


class Candidate(NamedTuple):
    """A publish request with its revision, its document, its place on the timeline, and the pending pages after it.

    ``is_newest`` is true if the work has no newer revision. ``is_title_confirmed`` is true if an approval confirmed the
    headline or question.
    """

    request: PublishRequest
    revision: Revision
    document: AnyDocument
    place: Place
    pending: Sequence[Edition] = ()
    is_newest: bool = False
    is_title_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Validated:
    """A work that has passed its checks, with everything that its new edition stores.

    ``previous_document`` is the document of the last page before the new edition, or None. ``names`` contains at least
    the topics and outlets that the document names.
    """

    work: Work
    revision: Revision
    document: AnyDocument
    rendered: RenderedDocument
    place: Place
    change: ChangeNote
    overridden: Mapping[checks.Finding, str]
    pending: Sequence[Edition]
    known_findings: Sequence[str]
    is_newest: bool
    previous_document: AnyDocument | None
    names: NamedEntities


def validate(candidates: Sequence[Candidate], *, by: User, published_works: Sequence[Work] = ()) -> list[Validated]:
    """Run the checks on all candidates and return them as validated works.

    ``published_works`` are the works that are published at the same time. Raise NotReadyError with all blockers that
    are not overridden. Raise NotAllowedError if blockers are overridden and the user may not override checks. The
    number of queries does not depend on the number of candidates.
    """
    names = NamedEntities.load(each.document for each in candidates)
    previous_documents = _load_previous_documents(candidates)
    check_requests = [
        checks.CheckRequest(
            each.request.work,
            each.document,
            at=each.place.begin,
            previous=previous_documents.get(each.request.work.pk),
            change=resolve_change_note(each.place, each.request.change),
            asks_for_change=each.place.previous_page is not None,
            is_title_confirmed=each.is_title_confirmed,
        )
        for each in candidates
    ]
    contexts = checks.load_contexts(check_requests, names=names, together=published_works)
    blocking: dict[Work, checks.Findings] = {}
    works: list[Validated] = []
    for each, context in zip(candidates, contexts, strict=True):
        request, work = each.request, each.request.work
        findings = checks.run_checks(each.document, context)
        blockers = _find_new(findings.blocking(), request.changes, context)
        overridden = {finding: reason for finding in blockers if (reason := request.get_override_reason(finding))}
        if remaining := checks.Findings(finding for finding in blockers if finding not in overridden):
            blocking[work] = remaining
            continue
        if overridden:
            require_permission(by, OVERRIDE_PERMISSION, "Only editors can override a check.")
        change = context.change
        assert change is not None, "a missing change note is a blocker"  # noqa: S101
        works.append(
            Validated(
                work,
                each.revision,
                each.document,
                # Rendered immediately after the checks, while the texts that the checks parsed are still cached.
                render_for_edition(each.document),
                each.place,
                change,
                overridden,
                each.pending,
                [finding.mark for finding in findings] if findings else [],
                each.is_newest,
                previous_documents.get(work.pk),
                names,
            )
        )
    if blocking:
        raise NotReadyError(blocking)
    return works


def _find_new(blockers: checks.Findings, before: AnyDocument | None, context: checks.CheckContext) -> checks.Findings:
    """Return the blockers without the overridable ones that the document ``before`` the change has as well."""
    if before is None or not blockers:
        return blockers
    standing = {finding.mark for finding in checks.run_checks(before, context) if finding.is_overridable}
    return checks.Findings(finding for finding in blockers if finding.mark not in standing)


def _load_previous_documents(candidates: Sequence[Candidate]) -> dict[int, AnyDocument]:
    """Return the document of the last page before each candidate, keyed by the primary key of the work.

    Works without an earlier page are left out.
    """
    pages = {each.request.work.pk: each.place.previous_page for each in candidates}
    keys = {key: page.document_id for key, page in pages.items() if page and page.document_id is not None}
    documents = {row.pk: row for row in _DOCUMENTS(keys=set(keys.values()))} if keys else {}
    return {key: documents[document].value() for key, document in keys.items()}


def get_change_note(edition: Edition) -> ChangeNote:
    """Return the change note of an edition."""
    return ChangeNote(Change(edition.change), edition.note, edition.was_wrong, edition.is_right)


def resolve_change_note(place: Place, wanted: ChangeNote | None) -> ChangeNote | None:
    """Return the change note for a new edition at ``place``, or None if the editor has to write one.

    If there is no earlier page, the change is FIRST. After a notice, it is RETURN, unless ``wanted`` is a correction.
    In all other cases, FIRST, RETURN, WITHDRAWAL and EXPIRY become UPDATE.
    """
    if place.previous_page is None:
        return ChangeNote(Change.FIRST, wanted.note if wanted else "")
    if place.follows_notice and (wanted is None or wanted.change != Change.CORRECTION):
        return ChangeNote(Change.RETURN, wanted.note if wanted else "")
    if wanted and wanted.change in {Change.FIRST, Change.RETURN, Change.WITHDRAWAL, Change.EXPIRY}:
        return ChangeNote(Change.UPDATE, wanted.note)
    return wanted
