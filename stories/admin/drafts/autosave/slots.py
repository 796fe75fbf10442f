"""Find out whether the text of an autosave slot has been saved in the meantime, from any window."""

from collections.abc import Collection, Mapping
from copy import copy

from newsroom.http.converters import parse_number
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.merge_saves import NOTE_FIELDS
from stories.documents import equal_except_names
from stories.documents.merge import merge
from stories.drafts import revisions
from stories.models import AutosaveSlot, Revision, Work
from stories.workflow import autosave


def is_saved(slot: AutosaveSlot, work: Work, newest: Revision) -> bool:
    """Return whether ``newest`` contains every change that the slot makes to its base revision.

    A slot never counts as saved if it contains something that revisions cannot contain, such as notes or the title of a
    source without a URL, or if its base revision does not exist.
    """
    base = revisions.get_revision(work, slot.base_number)
    values = dict(autosave.get_slot_values(slot))
    if base is None or any(values.get(name, "").strip() for name in NOTE_FIELDS):
        return False
    old_work = copy(work)
    # Assign new sources the numbers that they would have got when the form was opened.
    old_work.citations_given = parse_number(values.get("sources_given", ""), digits=8) or 0
    before, saved = base.document.value(), newest.document.value()
    form = DraftForm.read(values, old_work, by=slot.person)
    document = form.document(before)
    if form.list_left_out(document) or _changes_other_fields(values, {before.slug, saved.slug}):
        return False
    merged = merge(before, saved, document)
    return not merged.conflicts and equal_except_names(merged.document, saved)


def _changes_other_fields(values: Mapping[str, str], slugs: Collection[str]) -> bool:
    """Return whether the form changes a field that belongs to no revision, or the slug to one that is not in ``slugs``."""
    pairs = ("owner", "owner_before"), ("review_by", "initial-review_by")
    return values.get("slug", "") not in {"", *slugs} or any(
        before in values and values.get(name, "") != values[before] for name, before in pairs
    )
