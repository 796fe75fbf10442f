"""Decide whether the text of an autosave slot has been saved since, from any window."""

from copy import copy

from newsroom.http.converters import parse_number
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.merge_saves import NOTES
from stories.documents import equal_except_names
from stories.documents.merge import merge
from stories.drafts import revisions
from stories.models import AutosaveSlot, Revision, Work
from stories.workflow import autosave


def is_saved(slot: AutosaveSlot, work: Work, newest: Revision) -> bool:
    """Return whether ``newest`` contains every change that the slot makes to the revision from which it started.

    A slot with notes never counts as saved, because notes belong to the next step, not to a revision.
    """
    base = revisions.get_revision(work, slot.base_number)
    sent = dict(autosave.get_slot_values(slot))
    if base is None or any(sent.get(name, "").strip() for name in NOTES):
        return False
    then = copy(work)
    # A new source gets the number that it would have got at that time.
    then.citations_given = parse_number(sent.get("sources_given", ""), digits=8) or 0
    before, now = base.document.value(), newest.document.value()
    merged = merge(before, now, DraftForm.read(sent, then, by=slot.person).document(before))
    return not merged.conflicts and equal_except_names(merged.document, now)
