"""Checks on change notes."""

from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.documents import AnyDocument
from stories.documents.compare import measure
from stories.models import Change

NEEDS_NOTE = {
    Change.UPDATE: "Tell readers what this update adds.",
    Change.CLARIFICATION: "Tell readers what is clearer now.",
    Change.RETURN: "Tell readers why the page is back.",
}


@check("change.note", level=Level.BLOCKER, overridable=False)
def change_has_note(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every change to a published page has a kind and a note."""
    if context.previous is None or not context.asks_for_change:
        return
    change = context.change
    if change is None or change.change == Change.FIRST:
        yield "Choose the kind of change.", "change"
        return
    if change.change in NEEDS_NOTE and not change.note.strip():
        yield NEEDS_NOTE[change.change], "note"
    if change.change == Change.CORRECTION:
        if not change.was_wrong.strip():
            yield "Add what was wrong.", "was_wrong"
        if not change.is_right.strip():
            yield "Add what is right.", "is_right"


@check("change.minor", level=Level.BLOCKER, overridable=False)
def minor_changes_are_minor(document: AnyDocument, context: CheckContext) -> RawFindings:
    """A minor change affects few words and no figure, date, name, quotation, link or source."""
    if context.previous is None or context.change is None or context.change.change != Change.MINOR:
        return
    reasons = measure(context.previous, document).reasons
    if reasons:
        yield f"Not a minor change: {' '.join(reasons)}", "change"
