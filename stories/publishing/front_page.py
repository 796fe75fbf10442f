"""Arrange the front page: which stories have a place, in which order, and until when."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from newsroom.page_cache.dependencies import FRONT
from newsroom.page_cache.invalidation import invalidate, invalidation
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.models import Edition, FrontPlace
from stories.publishing.errors import RefusedError

PERMISSION = "stories.change_frontplace"
CHANGED_MEANWHILE = "Someone changed the front page a moment ago. Reload to see it."


@dataclass(frozen=True, slots=True)
class FrontPagePlace:
    """A place on the front page for the story with this uid; the place ends at ``until``."""

    uid: UUID
    until: datetime = FOREVER


@dataclass(frozen=True, slots=True)
class FrontPageCandidate:
    """A story that is live or has a place on the front page, with the title that readers last saw."""

    uid: UUID
    title: str
    language: str
    is_live: bool


class NotArrangedError(RefusedError):
    """Raised when an arrangement is refused; ``place`` counts from 1, and is None if no single place is at fault."""

    def __init__(self, message: str, *, place: int | None = None) -> None:
        super().__init__(message)
        self.place = place


def list_places(*, at: datetime) -> list[FrontPagePlace]:
    """Return the places that have not expired, in order."""
    return [FrontPagePlace(row.uid, row.until) for row in FrontPlace.objects.in_force(at)]


def get_arrangement_digest() -> str:
    """Return a digest of the current arrangement, to pass to ``arrange_front_page`` later."""
    return _digest(FrontPlace.objects.all())


def list_candidates(*, at: datetime, limit: int) -> list[FrontPageCandidate]:
    """Return the placed stories, then other stories among the ``limit`` most recently updated live ones."""
    uids = [place.uid for place in list_places(at=at)]
    placed = Edition.objects.once_public(at).stories().of_works(uids).for_cards()
    latest = Edition.objects.live(at).stories().for_cards().newest_first()[:limit]
    candidates: dict[UUID, FrontPageCandidate] = {}
    for edition in (*placed.order_by("-live_from", "-pk"), *latest):
        is_live = edition.live_until > at
        candidates.setdefault(edition.uid, FrontPageCandidate(edition.uid, edition.title, edition.language, is_live))
    return list(candidates.values())


@invalidation()
def arrange_front_page(wanted: Sequence[FrontPagePlace], *, by: User, seen_digest: str) -> None:
    """Replace the places on the front page with ``wanted``, in this order, and invalidate the front page.

    ``seen_digest`` is the digest of the arrangement that the user saw. Write an audit entry for each story that is
    added or removed, or whose position or end changes. Raise NotAllowedError if the user may not arrange the front
    page. Raise NotArrangedError for too many stories, for a duplicate, for a new story that is not live, and for an end
    that has passed. Also raise it if another user arranged the page in the meantime. Raise the errors of
    ``clock.now_for_publishing``.
    """
    require_permission(by, PERMISSION, "Only editors can arrange the front page.")
    current_rows = list(FrontPlace.objects.select_for_update())
    now = clock.now_for_publishing()
    before = {row.uid: row for row in current_rows if row.until > now}
    if _digest(current_rows) != seen_digest:
        raise NotArrangedError(CHANGED_MEANWHILE)
    _validate_arrangement(wanted, before, now)
    rows = [
        FrontPlace(uid=place.uid, position=position, until=place.until)
        for position, place in enumerate(wanted, start=1)
    ]
    try:
        with transaction.atomic():
            FrontPlace.objects.all().delete()
            FrontPlace.objects.bulk_create(rows)
    except IntegrityError as error:  # two users began with an empty page, which has no row to lock
        raise NotArrangedError(CHANGED_MEANWHILE) from error
    invalidate(FRONT)
    _write_audit_entries(before, {row.uid: row for row in rows}, by=by)


def _validate_arrangement(wanted: Sequence[FrontPagePlace], before: Mapping[UUID, FrontPlace], now: datetime) -> None:
    """Raise NotArrangedError if the front page cannot be arranged like this."""
    if len(wanted) > FRONT_PAGE_PLACES:
        raise NotArrangedError(f"The front page has {FRONT_PAGE_PLACES} positions.")
    new = {place.uid for place in wanted} - before.keys()
    live = set(Edition.objects.live(now).stories().of_works(new).values_list("uid", flat=True))
    checked_uids: set[UUID] = set()
    for position, place in enumerate(wanted, start=1):
        if place.uid in checked_uids:
            raise NotArrangedError("This story already has a position.", place=position)
        if place.uid in new - live:
            raise NotArrangedError("This story is not live.", place=position)
        if place.until <= now:
            raise NotArrangedError("This time is in the past. Choose a future time.", place=position)
        checked_uids.add(place.uid)


def _digest(rows: Iterable[FrontPlace]) -> str:
    lines = [f"{row.position} {row.uid} {row.until.isoformat()}" for row in rows]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _write_audit_entries(before: Mapping[UUID, FrontPlace], after: Mapping[UUID, FrontPlace], *, by: User) -> None:
    for uid in dict.fromkeys([*before, *after]):
        old, new = (_describe_place(rows.get(uid)) for rows in (before, after))
        if old != new:
            verb = "moved on" if old and new else "put on" if new else "taken off"
            Event.objects.write("story", uid, f"{verb} the front page", by=by, before=old, after=new)


def _describe_place(row: FrontPlace | None) -> dict[str, object]:
    """Return the values that describe the place in an audit entry, or {} if there is none."""
    if row is None:
        return {}
    return {"place": row.position, **({} if row.until == FOREVER else {"until": row.until.isoformat()})}
