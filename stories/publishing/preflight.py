"""Load, without locks, what an editor sees before publishing: the last public page, schedules and findings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from newsroom.accounts.models import User
from stories import checks
from stories.documents import AnyDocument, compare
from stories.drafts import revisions
from stories.models import Edition, EditionKind, Revision, Work
from stories.publishing import review
from stories.publishing.request import OVERRIDE_PERMISSION, get_change_note
from stories.publishing.timeline import Timeline


@dataclass(frozen=True, slots=True)
class PendingSchedule:
    """A pending schedule, with the findings that are new since it was scheduled."""

    edition: Edition
    revision: Revision | None
    findings: checks.Findings

    @property
    def is_notice(self) -> bool:
        """Whether the edition is a notice, which withdraws the page."""
        return self.edition.kind == EditionKind.NOTICE


@dataclass(frozen=True)
class Preflight:
    """The state of a work before publishing; ``page`` is the page that readers last saw.

    ``is_withdrawn`` is true if a notice is in force. ``findings`` are the findings on the newest revision, regardless
    of the change note.
    """

    newest: Revision | None
    page: Edition | None
    is_withdrawn: bool
    pending: tuple[PendingSchedule, ...]
    previous_document: AnyDocument | None
    findings: checks.Findings

    @cached_property
    def measured_change(self) -> compare.ChangeMeasure | None:
        """The measured change from the page to the newest revision; None if either is missing or they are the same."""
        after = self.newest.document.value() if self.newest else None
        return (
            compare.measure(self.previous_document, after)
            if self.previous_document and after and self.previous_document != after
            else None
        )

    @cached_property
    def proposed_corrections(self) -> list[compare.ProposedCorrection]:
        """The sentences of the page that the newest revision changes or removes, as the words of a correction."""
        after = self.newest.document.value() if self.newest else None
        return compare.propose_corrections(self.previous_document, after) if self.previous_document and after else []

    @cached_property
    def summary(self) -> str:
        """One line about how the newest revision differs from the page, or an empty string if either is missing."""
        after = self.newest.document.value() if self.newest else None
        return compare.compare(self.previous_document, after).summary if self.previous_document and after else ""

    def overridable(self, *, by: User) -> checks.Findings:
        """Return the blockers that this user may override with a reason."""
        may_override = by.has_perm(OVERRIDE_PERMISSION)
        return checks.Findings(each for each in self.findings.blocking() if may_override and each.is_overridable)

    def not_overridable(self, *, by: User) -> checks.Findings:
        """Return the blockers that this user cannot override."""
        overridable = self.overridable(by=by)
        return checks.Findings(each for each in self.findings.blocking() if each not in overridable)

    @property
    def pending_pages(self) -> list[Edition]:
        """The pending editions that are pages, in chronological order."""
        return [each.edition for each in self.pending if not each.is_notice]


def load_preflight(work: Work, *, at: datetime, shown_to: User | None = None, approves: bool = False) -> Preflight:
    """Return the state of ``work`` at ``at``, before it is published.

    If it is shown to a user, the blockers that this user may not settle are notes. ``approves`` is true if the user is
    about to approve the newest revision, which confirms its headline or question.
    """
    timeline = Timeline.load(work, now=at)
    newest, in_force = revisions.get_newest_revision(work), timeline.in_force
    page = _get_last_seen_page(timeline)
    previous_document = page.document.value() if page and page.document else None
    new_document = newest.document.value() if newest else None
    return Preflight(
        newest=newest,
        page=page,
        is_withdrawn=in_force is not None and in_force.kind == EditionKind.NOTICE,
        pending=tuple(
            PendingSchedule(each, each.revision, find_new_findings(work, each, timeline)) for each in timeline.pending
        ),
        previous_document=previous_document,
        findings=_run_checks(work, new_document, previous_document, at=at, shown_to=shown_to, approves=approves),
    )


def check_unsaved(
    work: Work, document: AnyDocument, *, at: datetime, shown_to: User, together: Iterable[Work] = ()
) -> checks.Findings:
    """Return the findings on an unsaved document, compared with the page of ``work`` that readers last saw.

    ``work`` may be unsaved too. ``shown_to`` is as in ``load_preflight``. ``together`` holds the works that the user
    chose to publish with it.
    """
    page = _get_last_seen_page(Timeline.load(work, now=at)) if work.pk else None
    previous = page.document.value() if page and page.document else None
    return _run_checks(work, document, previous, at=at, shown_to=shown_to, together=together)


def _get_last_seen_page(timeline: Timeline) -> Edition | None:
    """Return the page that readers last saw, or None."""
    pending = timeline.pending
    seen_pages = [each for each in timeline.editions if each.kind == EditionKind.PAGE and each not in pending]
    return seen_pages[-1] if seen_pages else None


def find_new_findings(work: Work, edition: Edition, timeline: Timeline) -> checks.Findings:
    """Return the findings on a pending page that are new since it was scheduled, except overridden blockers.

    A notice has no findings.
    """
    if edition.document is None:
        return checks.Findings()
    document = edition.document.value()
    earlier = [each for each in timeline.editions if each.live_from < edition.live_from and each.document]
    previous = earlier[-1].document if earlier else None
    context = checks.load_context(
        work,
        document,
        at=edition.live_from,
        previous=previous.value() if previous else None,
        change=get_change_note(edition),
        is_title_confirmed=True,  # or overridden, when the edition was scheduled
    )
    overridden = {f"{override.code} {override.anchor}" for override in edition.overrides.all()}
    return checks.Findings(
        finding
        for finding in checks.run_checks(document, context)
        if finding.mark not in edition.known_findings
        and not (finding.level is checks.Level.BLOCKER and finding.key in overridden)
    )


def _run_checks(
    work: Work,
    document: AnyDocument | None,
    previous: AnyDocument | None,
    *,
    at: datetime,
    shown_to: User | None,
    approves: bool = False,
    together: Iterable[Work] = (),
) -> checks.Findings:
    if document is None:
        return checks.Findings()
    settling = checks.list_settling_permissions() if shown_to else ()
    context = checks.load_context(
        work,
        document,
        at=at,
        previous=previous,
        is_title_confirmed=approves or review.confirms_title(work, document),
        lacking=frozenset(each for each in settling if shown_to and not shown_to.has_perm(each)),
        together=together,
    )
    return checks.run_checks(document, context)
