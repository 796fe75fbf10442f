"""Describe autosaved text that is not saved yet, for the form of its work."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.desk.local_time import format_time
from stories.models import AutosaveSlot, Work, WorkKind
from stories.workflow import autosave


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """Text that is not saved: ``said`` describes it, ``title`` is that of its work, and ``address`` opens it."""

    slot: AutosaveSlot
    said: str
    title: str
    address: str


def describe_slot(slot: AutosaveSlot, *, for_: User, at: datetime) -> str:
    """Return whose text the slot holds and since when, in words."""
    who = "your text" if slot.person_id == for_.pk else f"Text by {slot.person}"
    return f"{who[:1].upper()}{who[1:]}, not yet saved, {format_time(slot.saved_at, at=at)}"


def list_unsaved(work: Work | None, kind: str, *, for_: User, at: datetime) -> list[UnsavedText]:
    """Return the unsaved texts of a work, or of new works of this kind, for a user who may edit it."""
    return [_listed(slot, for_=for_, at=at) for slot in autosave.list_unsaved(work, kind, for_=for_)]


def _listed(slot: AutosaveSlot, *, for_: User, at: datetime) -> UnsavedText:
    kind = WorkKind(slot.kind)
    address = reverse(f"admin:stories_{kind.model}_unsaved", args=[slot.work_id or "new", slot.pk])
    title = slot.title or f"Untitled {kind.label.lower()}"
    return UnsavedText(slot, describe_slot(slot, for_=for_, at=at), title, address)
