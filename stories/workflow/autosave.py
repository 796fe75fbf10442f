"""Autosave: store text that is typed but not yet saved, in a slot for each work, user and window.

Autosaving never creates a revision, and never changes a row of the draft, a state, an address or a public page.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError, require_permission
from stories.models import AutosaveSlot, Work, WorkErasedError, WorkKind
from stories.publishing.errors import InvalidStateError, RefusedError

LARGEST_SEQUENCE = 2**53

type Pairs = Sequence[tuple[str, str]]


class TooLongError(RefusedError):
    """Raised when the text is larger than any form that could be saved."""

    def __init__(self) -> None:
        super().__init__("The text is too long to save automatically. Copy it and split it into several pages.")


@dataclass(frozen=True, slots=True)
class AutosaveResult:
    """The result of an autosave; ``is_new`` is False if this message or a newer one was already stored."""

    is_new: bool
    saved_at: datetime
    sequence: int


def require_edit_permission(work: Work | None, kind: str, *, by: User) -> None:
    """Raise NotAllowedError unless the user may edit works of this kind, or add one if ``work`` is None."""
    name = WorkKind(kind).model
    require_permission(
        by,
        f"stories.change_{name}" if work else f"stories.add_{name}",
        "You don’t have permission to edit this page any more.",
    )


def store(
    work: Work | None,
    kind: str,
    *,
    by: User,
    window: UUID,
    sequence: int,
    values: Iterable[tuple[str, str]],
    base: int,
    title: str,
    at: datetime,
) -> AutosaveResult:
    """Store the text that ``by`` has typed into ``work``, or into a new work if ``work`` is None, in one window.

    The text may be incomplete. ``values`` are names and values as the form would send them. ``base`` is the number of
    the revision on which they are based. A message replaces the stored one only if its ``sequence`` is higher than in
    all earlier messages of this window, including messages that emptied the slot.

    Raise NotAllowedError if the user may not edit the work, or may not add one. Raise InvalidStateError if the work is
    in the trash or was erased, and WorkErasedError if it is erased at the same time. Raise TooLongError if the values
    exceed ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
    """
    require_edit_permission(work, kind, by=by)
    if work is not None and not Work.objects.outside_trash().with_pk(str(work.pk)).exists():
        raise InvalidStateError("This page is in the bin, or has been erased.")
    pairs = [[name, value.replace("\0", "")] for name, value in values]
    if len(json.dumps(pairs, ensure_ascii=False).encode()) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLongError
    try:
        with transaction.atomic():
            slot = _lock_slot(work, kind, by=by, window=window, at=at)
            if sequence <= slot.sequence:
                return AutosaveResult(is_new=False, saved_at=slot.saved_at, sequence=slot.sequence)
            slot.values, slot.base_number, slot.title = pairs, base, title.replace("\0", "").strip()[:300]
            slot.sequence, slot.saved_at, slot.emptied_at = sequence, at, None
            slot.save()
    except IntegrityError as error:  # the work was erased at the same time
        raise WorkErasedError from error
    return AutosaveResult(is_new=True, saved_at=at, sequence=sequence)


def clear_slot(work: Work | None, kind: str, *, by: User, window: UUID, sequence: int, at: datetime) -> None:
    """Empty the slot of a window whose text is being saved. Messages up to ``sequence`` count as saved.

    This must be called in the transaction of the save.
    """
    if not AutosaveSlot.objects.of_window(work, kind, person=by, window=window).clear(sequence=sequence, at=at):
        # No message of this window has arrived yet, or a newer one has. In the first case, recording the sequence makes
        # messages that arrive late count as old.
        slot = _lock_slot(work, kind, by=by, window=window, at=at)
        if sequence >= slot.sequence:
            _clear(slot, sequence=sequence, at=at)


@transaction.atomic
def clear_restored_slot(work: Work | None, kind: str, key: int, *, by: User, sequence: int, at: datetime) -> None:
    """Empty a slot whose text at ``sequence`` was restored into a form that is being saved.

    Text that has been typed in its window since then is not removed. This must be called in the transaction of the
    save.
    """
    slot = AutosaveSlot.objects.visible_to(work, kind, person=by).select_for_update().with_pk(key)
    if slot is not None and slot.sequence == sequence:
        _clear(slot, sequence=sequence, at=at)


@transaction.atomic
def discard(slot: AutosaveSlot, *, by: User, at: datetime) -> None:
    """Discard the content of a slot. Text that is typed in its window afterwards is stored again.

    Raise NotAllowedError if the user may not edit the work, or may not add one. Also raise it for the text of another
    user in a new work, unless that user is inactive.
    """
    require_edit_permission(slot.work, slot.kind, by=by)
    if slot.work_id is None and slot.person_id != by.pk and slot.person.is_active:
        raise NotAllowedError("Someone else wrote this text. Only they can discard it.")
    locked = AutosaveSlot.objects.select_for_update().with_pk(slot.pk)
    if locked is not None:
        _clear(locked, sequence=locked.sequence, at=at)


def list_unsaved(work: Work | None, kind: str, *, for_: User) -> list[AutosaveSlot]:
    """Return the slots with unsaved text, newest first.

    For an existing work, these are the slots of all users. For a new work, these are the slots of ``for_`` and of
    inactive users.
    """
    return list(AutosaveSlot.objects.visible_to(work, kind, person=for_).with_text())


def get_slot(work: Work | None, kind: str, key: int, *, for_: User) -> AutosaveSlot | None:
    """Return the slot with this key if it contains text and ``for_`` may see it with this work, otherwise None."""
    return AutosaveSlot.objects.visible_to(work, kind, person=for_).with_text().with_pk(key)


def find_identical(work: Work | None, kind: str, values: Pairs, *, by: User) -> AutosaveSlot | None:
    """Return the slot in which ``by`` typed exactly these values, or None."""
    own = AutosaveSlot.objects.visible_to(work, kind, person=by).of_user(by).with_text()
    return next((slot for slot in own if sorted(get_slot_values(slot)) == sorted(values)), None)


def get_slot_values(slot: AutosaveSlot) -> Pairs:
    """Return the names and values in a slot, in the order of the form."""
    return [(str(name), str(value)) for name, value in slot.values]


def _lock_slot(work: Work | None, kind: str, *, by: User, window: UUID, at: datetime) -> AutosaveSlot:
    """Lock and return the slot of the window; create it if necessary."""
    slots = AutosaveSlot.objects.of_window(work, kind, person=by, window=window)
    slot = slots.select_for_update().first()
    if slot is None:
        AutosaveSlot.objects.get_or_create(
            work=work, kind=kind, person=by, window=window, defaults={"saved_at": at, "emptied_at": at}
        )
        slot = slots.select_for_update().get()
    return slot


def _clear(slot: AutosaveSlot, *, sequence: int, at: datetime) -> None:
    slot.values, slot.title, slot.sequence, slot.emptied_at = [], "", sequence, at
    slot.save()
