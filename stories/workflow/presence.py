"""Presence: who has a work open now. Each open window reports every few seconds."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from newsroom.accounts.models import User
from stories.models import Presence, Work
from stories.models.presence import with_open_windows

# How often a window reports, and how long after its last report it counts as closed.
REPORT_INTERVAL = timedelta(seconds=10)
CLOSED_AFTER = timedelta(seconds=30)
# The time without activity after which a user counts as idle.
IDLE_AFTER = timedelta(minutes=2)
# A place consists of the name of a field and the uid of its row.
MAX_PLACE_LENGTH = 80
MAX_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class OtherWindow:
    """Another window in which the work is open; ``is_own`` says whether it belongs to the same user."""

    name: str
    place: str
    has_unsaved: bool
    is_idle: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class PresenceAnswer:
    """The response to a window: the other windows, and the number of the newest revision (0 if there is none).

    ``changes_in`` is the time until the first of the others counts as closed, unless it reports again.
    """

    others: list[OtherWindow]
    newest: int
    changes_in: timedelta = CLOSED_AFTER


def report_presence(
    key: str,
    kind: str,
    *,
    by: User,
    window: UUID,
    sequence: int,
    place: str,
    has_unsaved: bool,
    is_active: bool,
    at: datetime,
) -> PresenceAnswer | None:
    """Record that ``by`` has the work open in ``window``; return the response, or None if there is no such work.

    ``sequence`` must be higher than in every earlier message of this window. A message that was sent before the window
    was closed, but arrives afterwards, does not reopen it. The caller must check that ``by`` may see the work.
    """
    rows = list(with_open_windows(Work.objects.of_kind(kind).with_pk(key), since=at - CLOSED_AFTER))
    if not rows:
        return None
    presence = Presence(
        work_id=rows[0]["pk"],
        person=by,
        window=window,
        place=place if len(place) <= MAX_PLACE_LENGTH and place.isprintable() else "",
        has_unsaved=has_unsaved,
        active_at=at,
        seen_at=at,
        sequence=sequence,
    )
    try:
        with transaction.atomic():
            Presence.objects.store_seen(presence, is_active=is_active)
    except IntegrityError:
        # The work was erased at the same time.
        return None
    others = [row for row in rows if _is_open(row) and row["here__window"] != window]
    changes_in = min((row["here__seen_at"] + CLOSED_AFTER - at for row in others), default=CLOSED_AFTER)
    return PresenceAnswer(_list_windows(others, by=by, at=at), rows[0]["newest"] or 0, changes_in)


def list_other_windows(work: Work, *, by: User, at: datetime) -> list[OtherWindow]:
    """Return the windows in which users other than ``by`` have the work open at ``at``. This takes one query."""
    rows = with_open_windows(Work.objects.with_pk(str(work.pk)), since=at - CLOSED_AFTER)
    others = [row for row in rows if _is_open(row) and row["here__person"] != by.pk]
    return _list_windows(others, by=by, at=at)


def report_closed(key: str, *, by: User, window: UUID, sequence: int, at: datetime) -> None:
    """Record that ``by`` closed this window with message ``sequence``; delete windows that have stopped reporting."""
    if key.isdecimal() and len(key) < 19:
        closed = Presence(work_id=int(key), person=by, window=window, active_at=at, seen_at=at, gone_after=sequence)
        with suppress(IntegrityError), transaction.atomic():
            Presence.objects.store_closed(closed)
    Presence.objects.delete_unseen(unseen_since=at - CLOSED_AFTER)


def _is_open(row: dict[str, Any]) -> bool:
    """Return whether the row contains a window that has not been closed since its last report."""
    return row["here__window"] is not None and row["here__sequence"] > row["here__gone_after"]


def _list_windows(rows: Iterable[dict[str, Any]], *, by: User, at: datetime) -> list[OtherWindow]:
    """Return the windows of the rows, most recently active first."""
    windows = []
    for row in sorted(rows, key=lambda row: row["here__active_at"], reverse=True):
        first, last = row["here__person__first_name"], row["here__person__last_name"]
        name = f"{first} {last}".strip() or row["here__person__username"]
        windows.append(
            OtherWindow(
                name=name if len(name) <= MAX_NAME_LENGTH else f"{name[: MAX_NAME_LENGTH - 1]}…",
                place=row["here__place"],
                has_unsaved=row["here__has_unsaved"],
                is_idle=at - row["here__active_at"] >= IDLE_AFTER,
                is_own=row["here__person"] == by.pk,
            )
        )
    return windows
