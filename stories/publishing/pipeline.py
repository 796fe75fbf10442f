"""The steps of every publication: lock the works, run checks and require approval, write the editions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import models

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.db.statements import PreparedQuery
from newsroom.entities.models import lock_entities, lock_mentioned
from newsroom.redirects.models import Address, AddressTakenError
from stories.drafts import revisions
from stories.models import Bundle, Edition, EditionKind, Outlet, Override, Revision, State, Work
from stories.publishing import review
from stories.publishing.editions.create import create_editions
from stories.publishing.errors import InvalidStateError, NothingNewError, PendingScheduleError
from stories.publishing.request import Candidate, PublishRequest, Validated, validate
from stories.publishing.timeline import Timeline, end_previous_rows
from topics.models import Topic

PUBLISH_PERMISSION = "stories.publish_work"
_LOCK_WORKS = PreparedQuery(lambda keys: Work.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


class ScheduleResolution(models.TextChoices):
    """How a pending schedule is resolved when another edition is published before it."""

    CANCEL = "cancel", "Cancel schedule"
    CARRY = "carry", "Include this change"


def lock_works(keys: Iterable[int]) -> dict[int, Work]:
    """Lock the works with these primary keys in a fixed order, and return them keyed by primary key.

    On PostgreSQL, also lock the entities that the editions of these works name, before any column of an entity is read.
    Raise InvalidStateError if a work has just been erased. The number of queries does not depend on the number of
    works.
    """
    work_ids = set(keys)
    locked = {work.pk: work for work in _LOCK_WORKS(keys=work_ids)} if work_ids else {}
    if len(locked) < len(work_ids):
        raise InvalidStateError("This page, or one published with it, has been erased.")
    # If an entity were merged in the meantime, the pages of the remaining entity would not be invalidated. If it were
    # renamed in the meantime, the two transactions would deadlock: the rename would wait for the page key ``latest``,
    # and the verb, at commit, for the renamed entity. For each row that the verb changed twice, PostgreSQL checks at
    # commit that the entity named in the row exists.
    lock_mentioned([Outlet, Topic], works=list(locked))
    return locked


def lock_work(key: int) -> Work:
    """Lock the work with this primary key and return it; raise InvalidStateError if it has just been erased."""
    return lock_works([key])[key]


def prepare_works(
    requests: Sequence[PublishRequest],
    *,
    by: User,
    at: datetime | None,
    now: datetime,
    resolutions: Mapping[int, ScheduleResolution],
) -> list[Validated]:
    """Validate the requests, whose works must be locked, for publication at ``at``; return the validated works.

    ``at`` is None for immediate publication. A work is left out if the edition before its place already shows the
    revision. Raise InvalidStateError if a work is in the trash, or if its text has changed since the user read it.
    Raise NotApprovedError if a revision needs approval, and TimeError if no edition can begin at ``at``. Raise
    NothingNewError if no work is left. Raise PendingScheduleError if a pending schedule has no entry in
    ``resolutions``. Raise NotReadyError with all blockers that are not overridden. Raise NotAllowedError if the
    requests override blockers and the user may not override checks.
    """
    works = [request.work for request in requests]
    recorded = _record_drafts([request for request in requests if request.revision is None], by=by)
    newest = revisions.get_newest_revisions(request.work for request in requests if request.revision is not None)
    timelines = Timeline.load_many(works, now=now)
    approved = [work for work in works if work.state == State.APPROVED]
    models.prefetch_related_objects(approved, "reviewed_revision__document")
    candidates: list[Candidate] = []
    shown: list[Edition] = []
    for request in requests:
        key = request.work.pk
        if request.revision is None:
            revision, document, is_newest = recorded[key].revision, recorded[key].document, True
        else:
            revision, document = request.revision, request.revision.document.value()
            is_newest = revision == newest.get(key)
        if not request.public_before:
            review.require_approved(request.work, revision)
        place = timelines[key].find_place(at)
        if place.previous is not None and _shows(place.previous, revision):
            shown.append(place.previous)
        else:
            pending = timelines[key].list_pending_pages_after(place.begin)
            is_title_confirmed = review.confirms_title(request.work, document)
            candidates.append(Candidate(request, revision, document, place, pending, is_newest, is_title_confirmed))
    validated_works = validate(candidates, by=by, published_works=works)
    unresolved: dict[Work, Sequence[Edition]] = {}
    for validated in validated_works:
        if editions := [edition for edition in validated.pending if edition.pk not in resolutions]:
            unresolved[validated.work] = editions
    if unresolved:
        raise PendingScheduleError(unresolved)
    if not validated_works:
        raise NothingNewError([edition for edition in shown if edition.live_from > now])
    return validated_works


def write_editions(
    works: Sequence[Validated],
    *,
    by: User,
    at: datetime | None,
    bundle: Bundle | None = None,
    verb: str = "",
    reason: str = "",
    overridden_by: Mapping[str, User] | None = None,
) -> list[Edition]:
    """Write the editions, their overrides and their audit entries, and return the editions.

    ``at`` is None for immediate publication. The audit entries have the verb ``verb``, by default “published” or
    “scheduled”, and the reason ``reason``, by default the change note or the correction. ``overridden_by`` maps keys of
    findings to the users who overrode them earlier, and to whom the overrides still belong. Raise InvalidStateError if
    an address belongs to another page, or if an entity that a work names has just been merged. Raise the errors of
    ``timeline.end_previous_rows``. Apart from tasks for pings, the number of queries does not depend on the number of
    works.
    """
    _lock_entities(works)
    _claim_addresses(works)
    ended = end_previous_rows(each.place for each in works)
    editions = create_editions(works, ended, by=by, is_scheduled=at is not None, bundle=bundle)
    overriding_users = overridden_by or {}
    Override.objects.bulk_create(
        Override(
            edition=edition,
            code=finding.code,
            anchor=finding.anchor,
            message=finding.message,
            reason=override_reason,
            by=overriding_users.get(finding.key, by),
        )
        for edition, each in zip(editions, works, strict=True)
        for finding, override_reason in each.overridden.items()
    )
    Event.objects.write_all(
        Event.build(
            each.work.kind,
            each.work.uid,
            verb or ("published" if at is None else "scheduled"),
            by=by,
            after=_describe_edition(edition, each, at=at, bundle=bundle),
            reason=reason or edition.note or edition.is_right,
        )
        for edition, each in zip(editions, works, strict=True)
    )
    return editions


def _lock_entities(works: Sequence[Validated]) -> None:
    """Lock the entities that the works name; raise InvalidStateError if one has just been merged.

    Without this check, the work could be listed and found under an entity whose page no longer exists.
    """
    if merged := lock_entities(entity for each in works for entity in each.names.entities_of(each.document)):
        raise InvalidStateError(
            f"“{merged[0]}” has just been merged into another name. Check the page, then publish again."
        )


def _claim_addresses(works: Sequence[Validated]) -> None:
    """Permanently claim the addresses of the works, and of the topics and outlets that they name.

    Raise InvalidStateError if an address belongs to another page.
    """
    claims = [(each.work.kind, each.document.slug, each.work.uid) for each in works]
    for each in works:
        claims += [(entity.address_kind, entity.slug, entity.uid) for entity in each.names.entities_of(each.document)]
    try:
        Address.objects.claim_all(claims)
    except AddressTakenError as error:
        raise InvalidStateError(str(error)) from error


def _describe_edition(
    edition: Edition, validated: Validated, *, at: datetime | None, bundle: Bundle | None
) -> dict[str, object]:
    """Return the values for the audit entry about a new edition."""
    after: dict[str, object] = {
        "edition": edition.number,
        "label": edition.label,
        "revision": validated.revision.number,
    }
    if at is not None:
        after["live_from"] = at.isoformat()
    if bundle is not None:
        after["bundle"] = str(bundle)
    if validated.overridden:
        after["overridden"] = [each.code for each in validated.overridden]
    return after


def _record_drafts(requests: Sequence[PublishRequest], *, by: User) -> dict[int, revisions.RecordedRevision]:
    """Return the newest revision of each work, recorded again if the names of entities have changed.

    A review remains valid if only these names have changed. Raise InvalidStateError if a work is in the trash, or if
    its text has changed since the user read it.
    """
    for request in requests:
        if request.work.binned_at:
            raise InvalidStateError(f"“{request.work.slug}” is in the bin. Restore it first.")
    recorded_by_work = {request.work.pk: request.recorded for request in requests if request.recorded is not None}
    unrecorded = [request for request in requests if request.recorded is None]
    if unrecorded:
        recorded_by_work |= revisions.record_revisions(
            [request.work for request in unrecorded], by=by, reason="Names brought up to date"
        )
    for request in unrecorded:
        work, recorded = request.work, recorded_by_work[request.work.pk]
        before = recorded.previous
        if (
            before
            and request.seen_revision_number is not None
            and not revisions.is_same_text(before, request.seen_revision_number)
        ):
            raise InvalidStateError(
                f"{before.saved_by} saved revision {before.number} while you were reading revision "
                f"{request.seen_revision_number}. Read it first."
            )
        if before and before != recorded.revision:
            review.carry_approval(work, before, recorded.revision)
    return recorded_by_work


def _shows(edition: Edition, revision: Revision) -> bool:
    """Return whether the edition is a page with the document of this revision."""
    return edition.kind == EditionKind.PAGE and edition.document_id == revision.document_id
