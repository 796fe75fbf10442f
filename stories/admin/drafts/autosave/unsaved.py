"""Describe autosaved text that has not been saved yet, and compare it with the saved document."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.desk.local_time import format_time
from newsroom.text.diff.words import Run, compare_source
from stories.admin.drafts.document import DraftForm
from stories.documents import AnyDocument
from stories.documents.walk import list_texts
from stories.drafts.short_references import ShortNames, list_visible_kinds
from stories.models import AutosaveSlot, Work, WorkKind
from stories.workflow import autosave


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """Unsaved text in a slot, with the title of its work and the address of the comparison screen."""

    slot: AutosaveSlot
    label: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One edited place, compared word by word with the saved text."""

    label: str
    runs: list[Run]


def slot_mark(slot: AutosaveSlot) -> str:
    """Return a string that identifies the current text of a slot."""
    return f"{slot.pk}:{slot.sequence}"


def list_differences(form: DraftForm, saved: AnyDocument, *, shown_to: User) -> list[Difference]:
    """Return each place at which typed and saved text differ, and the typed texts that the document leaves out.

    The texts have short references.
    """
    document = form.document(saved)
    names = ShortNames.of_documents((document, saved), kinds=list_visible_kinds(shown_to))
    mine, old = ({each.key: each for each in list_texts(side)} for side in (document, saved))
    differences = []
    for key in [*mine, *(key for key in old if key not in mine)]:
        before, after = (side[key].text.strip() if key in side else "" for side in (old, mine))
        if before != after:
            runs = compare_source(names.shorten(before), names.shorten(after))
            differences.append(Difference((old.get(key) or mine[key]).label, runs))
    left_out = [Difference("Incomplete", compare_source("", text)) for text in form.list_left_out(document)]
    return differences + left_out


def describe_slot(slot: AutosaveSlot, *, for_: User, at: datetime) -> str:
    """Return a phrase that names the author of the text in the slot and the time of its last change."""
    author = "" if slot.person_id == for_.pk else f" by {slot.person}"
    return f"Unsaved text{author} from {format_time(slot.saved_at, at=at)}"


def list_unsaved(work: Work | None, kind: str, *, for_: User, at: datetime) -> list[UnsavedText]:
    """Return the unsaved texts of a work or, if ``work`` is None, of new works of this kind.

    The caller must check that the user may edit the work or create one.
    """
    return [_describe_unsaved(slot, for_=for_, at=at) for slot in autosave.list_unsaved(work, kind, for_=for_)]


def _describe_unsaved(slot: AutosaveSlot, *, for_: User, at: datetime) -> UnsavedText:
    kind = WorkKind(slot.kind)
    address = reverse(f"admin:stories_{kind.model}_unsaved", args=[slot.work_id or "new", slot.pk])
    title = slot.title or f"Untitled {kind.label.lower()}"
    return UnsavedText(slot, describe_slot(slot, for_=for_, at=at), title, address)
