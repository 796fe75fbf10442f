"""What may go out: works that have passed everything that could keep them from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.db.statements import PreparedQuery
from stories import checks
from stories.documents import AnyDocument
from stories.documents.render import RenderedDocument, render_for_edition
from stories.drafts.references import Names
from stories.drafts.revisions import Recorded
from stories.models import Change, ChangeNote, Document, Edition, Revision, Work
from stories.publishing.errors import NotReadyError
from stories.publishing.timeline import Place

OVERRIDE_RIGHT = "stories.override_check"
_DOCUMENTS = PreparedQuery(lambda keys: Document.objects.filter(pk__in=keys).order_by())


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """One work that goes out: what the editor says of the change, and the reasons for overriding blockers by their keys.

    Without a ``revision`` it is what the desk says now, which need not be read again where ``recorded`` says what this very
    transaction has recorded of it; ``seen`` is the number of the revision that the person read, so
    that nothing goes out unread. One that readers saw before goes out again with the reason
    ``public_before``: it was approved then, and what a check holds against it today is overridden with that reason.
    """

    work: Work
    change: ChangeNote | None = None
    revision: Revision | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    seen: int | None = None
    public_before: str = ""
    recorded: Recorded | None = None

    def reason_against(self, finding: checks.Finding) -> str:
        """Return why this goes out against the finding; nothing where nobody says why."""
        if not finding.is_overridable:
            return ""
        return self.overrides.get(finding.key, "").strip() or self.public_before


class Candidate(NamedTuple):
    """One work that asks to go out: the revision with what it says, its place, and what waits for later.

    ``is_newest`` says that the desk said nothing after this revision.
    """

    going: PublishRequest
    revision: Revision
    document: AnyDocument
    place: Place
    waiting: Sequence[Edition] = ()
    is_newest: bool = False


@dataclass(frozen=True, slots=True)
class Validated:
    """One work that has passed everything and can be frozen: ``kept`` is what its edition keeps, rendered.

    ``before`` is what readers saw last, None where they saw nothing; ``names`` are the topics and outlets that it names,
    and perhaps others.
    """

    work: Work
    revision: Revision
    document: AnyDocument
    kept: RenderedDocument
    place: Place
    change: ChangeNote
    overridden: Mapping[checks.Finding, str]
    waiting: Sequence[Edition]
    known_findings: Sequence[str]
    is_newest: bool
    before: AnyDocument | None
    names: Names


def pass_checks(asked: Sequence[Candidate], *, by: User, together: Sequence[Work] = ()) -> list[Validated]:
    """Return what may go out; raise NotReadyError with the blockers of every work that nobody overrides.

    Overriding needs a reason for each and the right to it: NotAllowedError otherwise. ``together`` are works that go
    out at the same time. As many queries for many as for one.
    """
    names = Names.of(each.document for each in asked)
    before = _seen_before(asked)
    looked = [
        checks.Looked(
            each.going.work,
            each.document,
            at=each.place.begin,
            previous=before.get(each.going.work.pk),
            change=change_at(each.place, each.going.change),
            asks_for_change=each.place.page_before is not None,
        )
        for each in asked
    ]
    contexts = checks.contexts_for(looked, names=names, together=together)
    blocking: dict[Work, checks.Findings] = {}
    ready: list[Validated] = []
    for each, context in zip(asked, contexts, strict=True):
        going, work = each.going, each.going.work
        found = checks.findings(each.document, context)
        blockers = found.blocking()
        overridden = {finding: reason for finding in blockers if (reason := going.reason_against(finding))}
        if left := checks.Findings(finding for finding in blockers if finding not in overridden):
            blocking[work] = left
            continue
        if overridden:
            require(by, OVERRIDE_RIGHT, "Only editors publish against a check.")
        change = context.change
        assert change is not None, "a change that nobody named is a blocker"  # noqa: S101
        ready.append(
            Validated(
                work,
                each.revision,
                each.document,
                # Right after its checks, while what they read of its texts is remembered.
                render_for_edition(each.document),
                each.place,
                change,
                overridden,
                each.waiting,
                [finding.mark for finding in found] if found else [],
                each.is_newest,
                before.get(work.pk),
                names,
            )
        )
    if blocking:
        raise NotReadyError(blocking)
    return ready


def _seen_before(asked: Sequence[Candidate]) -> dict[int, AnyDocument]:
    """Return what readers saw last of each work, by its key. One query, none where all are new."""
    pages = {each.going.work.pk: each.place.page_before for each in asked}
    keys = {key: page.document_id for key, page in pages.items() if page and page.document_id is not None}
    documents = {row.pk: row for row in _DOCUMENTS(keys=set(keys.values()))} if keys else {}
    return {key: documents[document].value() for key, document in keys.items()}


def change_note_of(edition: Edition) -> ChangeNote:
    """Return what readers are told of the change that an edition made."""
    return ChangeNote(Change(edition.change), edition.note, edition.was_wrong, edition.is_right)


def change_at(place: Place, wanted: ChangeNote | None) -> ChangeNote | None:
    """Return what a new edition is for readers: the first, a return after a notice, or else what the editor says.

    A correction stays one when the page comes back with it. None where the editor has to say it and did not.
    """
    if place.page_before is None:
        return ChangeNote(Change.FIRST, wanted.note if wanted else "")
    if place.follows_notice and (wanted is None or wanted.change != Change.CORRECTION):
        return ChangeNote(Change.RETURN, wanted.note if wanted else "")
    if wanted and wanted.change in {Change.FIRST, Change.RETURN, Change.WITHDRAWAL, Change.EXPIRY}:
        return ChangeNote(Change.UPDATE, wanted.note)
    return wanted
