"""Merge the changes in a file with the changes made at the desk since the state on which the file is based."""

from collections.abc import Iterator
from datetime import datetime

from stories.documents import AnyDocument, Explainer, merge
from stories.documents.compare import compare
from stories.documents.parse import Note, ParsedFile, UnreadableDocumentError
from stories.drafts import revisions
from stories.models import Edition, Import, Work

# The maximum number of revisions to compare, newest first, to find the revision that was exported.
_MAX_REVISIONS = 200


class ConflictError(UnreadableDocumentError):
    """Raised if the file and the desk both changed the same places; in each conflict, ``mine`` is the file's text."""

    def __init__(self, places: tuple[merge.Conflict, ...]) -> None:
        self.conflicts = places
        count = "place" if len(places) == 1 else f"{len(places)} places"
        descriptions = "\n\n".join(_describe_conflict(place) for place in places)
        super().__init__(1, f"Someone edited the same {count}. Nothing was imported.\n\n{descriptions}")


def _describe_conflict(place: merge.Conflict) -> str:
    texts = (("Before", place.base), ("At the desk now", place.theirs), ("Imported file", place.mine))
    return "\n".join([f"{place.label}:", *(f"{side}: {text.strip() or 'empty'}" for side, text in texts)])


def find_base(work: Work, file: ParsedFile, current: AnyDocument, *, at: datetime) -> AnyDocument:
    """Return the state of ``work`` on which the file is based; ``current`` is its draft.

    A document exported from ``work`` is based on the most similar revision. Any other file is based on the last import,
    preferably one in the same format. Without an import, it is based on the edition that is live at ``at``, or else on
    the first revision.
    """
    document = file.imported.document
    if file.imported.has_own_uid and document.uid == work.uid:
        return merge.find_nearest_state(document, _iter_states(work)) or current
    # A text has no uid, so nothing in it identifies the state on which it is based.
    imports = Import.objects.filter(work=work).select_related("document")
    if last_import := imports.filter(format=file.format).first() or imports.first():
        return last_import.document.value()
    live = Edition.objects.live(at).filter(work=work).select_related("document").first()
    if live and live.document:
        return live.document.value()
    first = revisions.get_revision(work, 1)
    return first.document.value() if first else current


def _iter_states(work: Work) -> Iterator[AnyDocument]:
    for revision in revisions.list_revisions(work).select_related("document")[:_MAX_REVISIONS]:
        yield revision.document.value()


def merge_with_draft(base: AnyDocument, current: AnyDocument, imported: AnyDocument, *, work: Work) -> AnyDocument:
    """Return ``current``, the draft of ``work``, with the changes from ``base`` to ``imported``.

    Raise ConflictError if ``current`` and ``imported`` changed the same place in different ways.
    """
    merged = merge.merge(
        base, current, merge.renumber_added_sources(base, current, imported, last_number=work.citations_given)
    )
    if merged.conflicts:
        raise ConflictError(merged.conflicts)
    return merged.document


def build_merge_note(base: AnyDocument, current: AnyDocument) -> Note:
    """Return a note saying that changes made at the desk since ``base`` were preserved."""
    summary = compare(base, current).summary
    return Note(1, "merged", f"Someone has edited this since the last import ({summary}). Both texts are merged.")


def prefer_edited_title(imported: AnyDocument, base: AnyDocument, current: AnyDocument) -> AnyDocument:
    """Return ``imported``, but with the draft's headline or question if the desk has changed it since ``base``.

    A text only proposes a headline or question. A headline or question that was specified for the import is confirmed
    and is not replaced.
    """
    title = "headline" if isinstance(imported, Explainer) else "question"
    names = title, f"{title}_confirmed"
    current_title, base_title = ({name: getattr(side, name) for name in names} for side in (current, base))
    return imported if getattr(imported, names[1]) or current_title == base_title else imported.changed(**current_title)
