"""Merge what a file changed with what the desk changed since the state on which the file is based."""

from collections.abc import Iterator
from datetime import datetime

from stories.documents import AnyDocument, Explainer, merge
from stories.documents.compare import compare
from stories.documents.parse import Note, ParsedFile, UnreadableDocumentError
from stories.drafts import revisions
from stories.models import Edition, Import, Work

# How many revisions of a work are compared, newest first, to find the one that was exported, changed and imported.
_SEARCHED = 200


class ConflictError(UnreadableDocumentError):
    """The file and the desk both changed the ``places``; in each, *mine* is the text of the file."""

    def __init__(self, places: tuple[merge.Conflict, ...]) -> None:
        self.conflicts = places
        where = "a place" if len(places) == 1 else f"{len(places)} places"
        told = "\n\n".join(_told(place) for place in places)
        super().__init__(
            1,
            f"Since this was last brought in somebody edited {where} that the file changes too. Nothing was changed."
            f"\n\n{told}",
        )


def _told(place: merge.Conflict) -> str:
    sides = (("Before", place.base), ("The desk says now", place.theirs), ("The file says", place.mine))
    return "\n".join([f"{place.label}:", *(f"{who}: {text.strip() or 'nothing'}" for who, text in sides)])


def find_base(work: Work, file: ParsedFile, current: AnyDocument, *, at: datetime) -> AnyDocument:
    """Return the state of ``work`` on which the file is based; ``current`` is its draft.

    An exported document is based on the most similar revision. A text is based on the last import, preferably one in
    the same format. Without one, it is based on the edition that is live at ``at``, or else on the first revision.
    """
    document = file.imported.document
    if file.imported.has_own_uid and document.uid == work.uid:
        return merge.nearest(document, _states(work)) or current
    # A text carries no identity, so nothing in it names the state on which it is based.
    brought_in = Import.objects.filter(work=work).select_related("document")
    if last := brought_in.filter(format=file.format).first() or brought_in.first():
        return last.document.value()
    live = Edition.objects.live(at).filter(work=work).select_related("document").first()
    if live and live.document:
        return live.document.value()
    first = revisions.get_revision(work, 1)
    return first.document.value() if first else current


def _states(work: Work) -> Iterator[AnyDocument]:
    for revision in revisions.list_revisions(work).select_related("document")[:_SEARCHED]:
        yield revision.document.value()


def merge_with_draft(base: AnyDocument, current: AnyDocument, imported: AnyDocument, *, work: Work) -> AnyDocument:
    """Return ``current``, the draft of ``work``, with the changes from ``base`` to ``said``.

    Raise ConflictError if both changed the same place.
    """
    merged = merge.merge(base, current, merge.apart(base, current, imported, given=work.citations_given))
    if merged.conflicts:
        raise ConflictError(merged.conflicts)
    return merged.document


def build_merge_note(base: AnyDocument, current: AnyDocument) -> Note:
    """Return the note that the changes of the desk since ``base`` are preserved."""
    changed = compare(base, current).summary
    return Note(1, "merged", f"Somebody edited this since it was last brought in ({changed}). Both changes are in.")


def prefer_edited_title(said: AnyDocument, base: AnyDocument, current: AnyDocument) -> AnyDocument:
    """Return ``said``, but with the draft's headline or question if the desk changed that since ``base``.

    A text only proposes a headline or question. One that was given with the import, and so is confirmed, is preserved.
    """
    title = "headline" if isinstance(said, Explainer) else "question"
    names = title, f"{title}_confirmed"
    now, was = ({name: getattr(side, name) for name in names} for side in (current, base))
    return said if getattr(said, names[1]) or now == was else said.changed(**now)
