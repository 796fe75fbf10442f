"""What every publication has in common: locks, one reading of the clock, checks, approval, and what waits for later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.addresses.models import Address, AddressTakenError
from newsroom.record.models import Event
from stories import checks, revisions
from stories.models import Bundle, ChangeNote, Edition, EditionKind, Override, Revision, Work
from stories.publishing import reviewing
from stories.publishing.freezing import change_at, freeze
from stories.publishing.refusals import NotHereError, NothingNewError, NotReadyError, WaitingError
from stories.publishing.timeline import Place, Timeline, make_room

RIGHT = "stories.publish_work"
OVERRIDE_RIGHT = "stories.override_check"


class Answer(models.TextChoices):
    """What becomes of an edition that waits for a later time when something else goes out before it."""

    CANCEL = "cancel", "Cancel it"
    CARRY = "carry", "Carry the change over"


@dataclass(frozen=True, slots=True)
class Going:
    """One work that goes out: what the editor says of the change, and the reasons for overriding blockers by their keys.

    Without a ``revision`` it is what the desk says now; ``seen`` is the number of the revision that the person read, so
    that nothing goes out unread. One that readers saw before goes out again with the reason
    ``public_before``: it was approved then, and what a check holds against it today is overridden with that reason.
    """

    work: Work
    change: ChangeNote | None = None
    revision: Revision | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    seen: int | None = None
    public_before: str = ""

    def reason_against(self, finding: checks.Finding) -> str:
        """Return why this goes out against the finding; nothing where nobody says why."""
        if not finding.is_overridable:
            return ""
        return self.overrides.get(finding.key, "").strip() or self.public_before


@dataclass(frozen=True, slots=True)
class Ready:
    """One work that has passed everything and can be frozen."""

    work: Work
    revision: Revision
    place: Place
    change: ChangeNote
    overridden: Mapping[checks.Finding, str]
    waiting: Sequence[Edition]
    known_findings: Sequence[str]


def lock(keys: Iterable[int]) -> dict[int, Work]:
    """Lock the works of these keys in their order, so that two verbs never wait for each other; return them by key.

    Raises NotHereError where one was erased meanwhile.
    """
    wanted = set(keys)
    locked = {work.pk: work for work in Work.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(locked) < len(wanted):
        raise NotHereError("This was erased meanwhile, or something that goes out with it.")
    return locked


def lock_one(key: int) -> Work:
    """Lock the work of this key; raise NotHereError where it was erased meanwhile."""
    return lock([key])[key]


def prepare(
    goings: Sequence[Going], *, by: User, at: datetime | None, now: datetime, answers: Mapping[int, Answer]
) -> list[Ready]:
    """Ask everything that can keep the locked works from going out at ``at``; raise one refusal for all of them.

    Leaves out what readers see unchanged already. Raises NotHereError, TimeError, NotApprovedError, NothingNewError,
    WaitingError where ``answers`` says nothing of a waiting edition, NotReadyError with the blockers of every work
    that has some.
    """
    together = [going.work for going in goings]
    ready: list[Ready] = []
    blocking: dict[Work, checks.Findings] = {}
    unanswered: dict[Work, Sequence[Edition]] = {}
    for going in goings:
        revision = going.revision or _newest(going.work, seen=going.seen, by=by)
        if not going.public_before:
            reviewing.require_approved(going.work, revision)
        timeline = Timeline.of(going.work, now=now)
        place = timeline.place(at)
        if _is_seen(revision, place):
            continue
        waiting = timeline.pages_after(place.begin)
        try:
            ready.append(pass_checks(going, revision, place, by=by, together=together, waiting=waiting))
        except NotReadyError as refusal:
            blocking |= refusal.findings
        if left := [edition for edition in waiting if edition.pk not in answers]:
            unanswered[going.work] = left
    if blocking:
        raise NotReadyError(blocking)
    if unanswered:
        raise WaitingError(unanswered)
    if not ready:
        raise NothingNewError
    return ready


def pass_checks(
    going: Going,
    revision: Revision,
    place: Place,
    *,
    by: User,
    together: Sequence[Work] = (),
    waiting: Sequence[Edition] = (),
) -> Ready:
    """Return what may go out at ``place``; raise NotReadyError with the blockers that nobody overrides.

    Overriding needs a reason for each and the right to it: NotAllowedError otherwise.
    """
    work, document = going.work, revision.document.value()
    change = change_at(place, going.change)
    page = place.page_before
    context = checks.context_for(
        work,
        document,
        at=place.begin,
        previous=page.document.value() if page and page.document else None,
        change=change,
        asks_for_change=page is not None,
        together=together,
    )
    found = checks.findings(document, context)
    blockers = found.blocking()
    overridden = {each: reason for each in blockers if (reason := going.reason_against(each))}
    if left := checks.Findings(each for each in blockers if each not in overridden):
        raise NotReadyError({work: left})
    if overridden:
        require(by, OVERRIDE_RIGHT, "Only editors publish against a check.")
    assert change is not None, "a change that nobody named is a blocker"  # noqa: S101
    return Ready(work, revision, place, change, overridden, waiting, [each.mark for each in found])


def write(
    one: Ready,
    *,
    by: User,
    at: datetime | None,
    bundle: Bundle | None = None,
    verb: str = "",
    reason: str = "",
    overridden_by: Mapping[str, User] | None = None,
) -> Edition:
    """Make the edition, its overrides and its event; raise NotHereError for an address that was another page's once.

    ``overridden_by`` says, by the keys of findings, whose reasons were given before: these are still theirs.
    """
    work, revision = one.work, one.revision
    document = revision.document.value()
    try:
        Address.objects.claim(work.kind, document.slug, work.uid)
    except AddressTakenError as error:
        raise NotHereError(str(error)) from error
    make_room(one.place)
    edition = freeze(
        work,
        revision,
        document,
        one.place,
        one.change,
        by=by,
        is_scheduled=at is not None,
        known_findings=one.known_findings if at is not None else (),
        bundle=bundle,
    )
    theirs = overridden_by or {}
    Override.objects.bulk_create(
        Override(
            edition=edition,
            code=each.code,
            anchor=each.anchor,
            message=each.message,
            reason=why,
            by=theirs.get(each.key, by),
        )
        for each, why in one.overridden.items()
    )
    after: dict[str, object] = {"edition": edition.number, "label": edition.label, "revision": revision.number}
    if at is not None:
        after["live_from"] = at.isoformat()
    if bundle is not None:
        after["bundle"] = str(bundle)
    if one.overridden:
        after["overridden"] = [each.code for each in one.overridden]
    Event.objects.write(
        work.kind,
        work.uid,
        verb or ("published" if at is None else "scheduled"),
        by=by,
        after=after,
        reason=reason or edition.note or edition.is_right,
    )
    return edition


def _newest(work: Work, *, seen: int | None, by: User) -> Revision:
    """Return what the desk says now, with today's names; a review of it holds where only those have changed."""
    if work.binned_at:
        raise NotHereError(f"“{work.slug}” lies in the bin. Take it out before it is published.")
    before = revisions.newest_of(work)
    if before and seen is not None and before.number != seen:
        who = before.created_by or "An import"
        raise NotHereError(f"{who} saved revision {before.number} while you were reading {seen}. Read it first.")
    revision = revisions.record(work, by=by, reason="Names brought up to date")
    if before and before != revision:
        reviewing.carry_approval(work, before, revision)
    return revision


def _is_seen(revision: Revision, place: Place) -> bool:
    """Say whether readers see exactly this until then already."""
    before = place.before
    return before is not None and before.kind == EditionKind.PAGE and before.document_id == revision.document_id
