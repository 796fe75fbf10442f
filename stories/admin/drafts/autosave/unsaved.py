"""Describe autosaved text that is not saved yet, and compare it with what is saved."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.desk.local_time import format_time
from newsroom.text.diff.words import Run, compare_source
from stories.admin.drafts.document import DraftForm
from stories.documents import AnyDocument
from stories.documents.walk import list_texts
from stories.models import AutosaveSlot, Work, WorkKind
from stories.workflow import autosave


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """Text that is not saved: ``said`` describes it, ``title`` is that of its work, and ``address`` opens it."""

    slot: AutosaveSlot
    label: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that was edited, compared word by word with what is saved."""

    label: str
    runs: list[Run]


def slot_mark(slot: AutosaveSlot) -> str:
    """Return the mark that identifies the present text of a slot."""
    return f"{slot.pk}:{slot.sequence}"


def list_differences(form: DraftForm, saved: AnyDocument) -> list[Difference]:
    """Return each place where what was typed differs from what is saved, and what was typed that fits in no place."""
    document = form.document(saved)
    mine, old = ({each.key: each for each in list_texts(version)} for version in (document, saved))
    found = []
    for key in [*mine, *(key for key in old if key not in mine)]:
        before, after = (side[key].text.strip() if key in side else "" for side in (old, mine))
        if before != after:
            found.append(Difference((old.get(key) or mine[key]).label, compare_source(before, after)))
    return found + [Difference("Not usable yet", compare_source("", text)) for text in form.left_out(document)]


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
