"""The steps of every publication: lock the works, prepare them with checks and approval, write the editions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.db.statements import PreparedQuery
from newsroom.entities.models import NamedEntity, lock_entities, lock_entity_keys
from newsroom.redirects.models import Address, AddressTakenError
from stories.drafts import revisions
from stories.models import Bundle, Edition, EditionKind, EditionOutlet, EditionTopic, Outlet, Override, Revision, Work
from stories.publishing import review
from stories.publishing.editions.create import create_editions
from stories.publishing.errors import InvalidStateError, NothingNewError, PendingScheduleError
from stories.publishing.request import Candidate, PublishRequest, Validated, validate
from stories.publishing.timeline import Place, Timeline, end_previous
from topics.models import Topic

PUBLISH_PERMISSION = "stories.publish_work"
_LOCKED = PreparedQuery(lambda keys: Work.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
_KINDS: dict[str, type[NamedEntity]] = {"outlet": Outlet, "topic": Topic}


def _named(works: Sequence[int]) -> models.QuerySet[Any, tuple[str, int]]:
    outlets = EditionOutlet.objects.filter(edition__work__id__in=works).order_by()
    topics = EditionTopic.objects.filter(edition__work__id__in=works).order_by()
    kind = models.CharField()
    both = outlets.values_list(models.Value("outlet", kind), "outlet_id").union(
        topics.values_list(models.Value("topic", kind), "topic_id")
    )
    return both.order_by()


_NAMED = PreparedQuery(_named)


class ScheduleResolution(models.TextChoices):
    """What becomes of a pending schedule when something else is published before it."""

    CANCEL = "cancel", "Cancel it"
    CARRY = "carry", "Carry the change over"


def lock_works(keys: Iterable[int]) -> dict[int, Work]:
    """Lock the works with these primary keys in a fixed order, and return them by key.

    On PostgreSQL, also lock the entities that their editions name, before anything is read of them. Raise
    InvalidStateError if a work was erased meanwhile. Take two queries, and one more for each kind of entity.
    """
    wanted = set(keys)
    locked = {work.pk: work for work in _LOCKED(keys=wanted)} if wanted else {}
    if len(locked) < len(wanted):
        raise InvalidStateError("This was erased meanwhile, or something that goes out with it.")
    if locked and connection.vendor == "postgresql":
        named: dict[type[NamedEntity], set[int]] = {}
        for kind, key in _NAMED(works=list(locked)):
            named.setdefault(_KINDS[kind], set()).add(key)
        # If an entity were merged meanwhile, the pages of the entity that remains would not be invalidated. If it were
        # renamed meanwhile, the two transactions would deadlock: at the commit, rows that a verb changes twice are checked
        # against the entities that they name, while the rename waits for the page key ``latest``.
        lock_entity_keys(named)
    return locked


def lock_work(key: int) -> Work:
    """Lock the work with this primary key and return it; raise InvalidStateError if it was erased meanwhile."""
    return lock_works([key])[key]


def prepare_works(
    requests: Sequence[PublishRequest],
    *,
    by: User,
    at: datetime | None,
    now: datetime,
    resolutions: Mapping[int, ScheduleResolution],
) -> list[Validated]:
    """Check everything that could keep the locked works from being published at ``at``, and return validated works.

    Works whose live edition already shows the revision are left out. Raise InvalidStateError, TimeError,
    NotApprovedError, or NothingNewError if no work is left. Raise PendingScheduleError if ``resolutions`` holds no
    resolution for a pending schedule. Raise NotReadyError with the blockers of all works.
    """
    works = [going.work for going in requests]
    newest = _newest([going for going in requests if going.revision is None], by=by)
    rest = revisions.get_newest_revisions(going.work for going in requests if going.revision is not None)
    timelines = Timeline.load_many(works, now=now)
    if settings.REQUIRE_APPROVAL:
        models.prefetch_related_objects(works, "reviewed_revision__document")
    asked: list[Candidate] = []
    for going in requests:
        key = going.work.pk
        if going.revision is None:
            revision, document, is_newest = newest[key].revision, newest[key].document, True
        else:
            revision, document = going.revision, going.revision.document.value()
            is_newest = revision == rest.get(key)
        if not going.public_before:
            review.require_approved(going.work, revision)
        place = timelines[key].place(at)
        if not _is_unchanged(revision, place):
            waiting = timelines[key].list_pending_pages_after(place.begin)
            asked.append(Candidate(going, revision, document, place, waiting, is_newest))
    ready = validate(asked, by=by, together=works)
    unanswered: dict[Work, Sequence[Edition]] = {}
    for each in ready:
        if left := [edition for edition in each.pending if edition.pk not in resolutions]:
            unanswered[each.work] = left
    if unanswered:
        raise PendingScheduleError(unanswered)
    if not ready:
        raise NothingNewError
    return ready


def write_editions(
    validated: Sequence[Validated],
    *,
    by: User,
    at: datetime | None,
    bundle: Bundle | None = None,
    verb: str = "",
    reason: str = "",
    overridden_by: Mapping[str, User] | None = None,
) -> list[Edition]:
    """Write the editions, their overrides and their audit entries, and return the editions.

    ``overridden_by`` maps keys of findings to the users who gave the reasons earlier. These overrides stay theirs.
    Raise InvalidStateError if an address belonged to another page, or if an entity that a work names was merged
    meanwhile. The number of queries does not depend on the number of works.
    """
    _hold_names(validated)
    _claim_addresses(validated)
    end_previous(one.place for one in validated)
    editions = create_editions(validated, by=by, is_scheduled=at is not None, bundle=bundle)
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
        for edition, one in zip(editions, validated, strict=True)
        for each, why in one.overridden.items()
    )
    Event.objects.write_all(
        Event.build(
            one.work.kind,
            one.work.uid,
            verb or ("published" if at is None else "scheduled"),
            by=by,
            after=_describe_edition(edition, one, at=at, bundle=bundle),
            reason=reason or edition.note or edition.is_right,
        )
        for edition, one in zip(editions, validated, strict=True)
    )
    return editions


def _hold_names(ready: Sequence[Validated]) -> None:
    """Lock the entities that the works name; raise InvalidStateError if one was merged meanwhile.

    Otherwise the work would be listed and found under an entity that no reader opens any more.
    """
    if joined := lock_entities(thing for one in ready for thing in one.names.entities_of(one.document)):
        raise InvalidStateError(
            f"“{joined[0]}” was joined to something else just now. Look again at what it is called."
        )


def _claim_addresses(ready: Sequence[Validated]) -> None:
    """Claim the addresses of the works, and of the topics and outlets that they name, for ever."""
    claims = [(one.work.kind, one.document.slug, one.work.uid) for one in ready]
    for one in ready:
        claims += [(thing.address_kind, thing.slug, thing.uid) for thing in one.names.entities_of(one.document)]
    try:
        Address.objects.claim_all(claims)
    except AddressTakenError as error:
        raise InvalidStateError(str(error)) from error


def _describe_edition(
    edition: Edition, one: Validated, *, at: datetime | None, bundle: Bundle | None
) -> dict[str, object]:
    """Return what the audit entry says about a new edition."""
    after: dict[str, object] = {"edition": edition.number, "label": edition.label, "revision": one.revision.number}
    if at is not None:
        after["live_from"] = at.isoformat()
    if bundle is not None:
        after["bundle"] = str(bundle)
    if one.overridden:
        after["overridden"] = [each.code for each in one.overridden]
    return after


def _newest(goings: Sequence[PublishRequest], *, by: User) -> dict[int, revisions.RecordedRevision]:
    """Return the newest revision of each work, recorded again if the names of entities have changed.

    A review remains valid if only these names have changed.
    """
    for going in goings:
        if going.work.binned_at:
            raise InvalidStateError(f"“{going.work.slug}” lies in the bin. Take it out before it is published.")
    newest = {going.work.pk: going.recorded for going in goings if going.recorded is not None}
    rest = [going for going in goings if going.recorded is None]
    if rest:
        newest |= revisions.record_revisions([going.work for going in rest], by=by, reason="Names brought up to date")
    for going in rest:
        work, recorded = going.work, newest[going.work.pk]
        before = recorded.previous
        if (
            before
            and going.seen_revision_number is not None
            and not revisions.is_same_text(before, going.seen_revision_number)
        ):
            who = before.created_by or "An import"
            raise InvalidStateError(
                f"{who} saved revision {before.number} while you were reading {going.seen_revision_number}. Read it first."
            )
        if before and before != recorded.revision:
            review.carry_approval(work, before, recorded.revision)
    return newest


def _is_unchanged(revision: Revision, place: Place) -> bool:
    """Return whether the edition before ``place`` already shows this revision."""
    before = place.previous
    return before is not None and before.kind == EditionKind.PAGE and before.document_id == revision.document_id
