"""Joins what a file changed with what the desk changed since the state from which the file went on."""

from collections.abc import Iterator
from datetime import datetime

from stories.documents import AnyDocument, Explainer, merge
from stories.documents.compare import compare
from stories.documents.parse import Note, ReadFile, UnreadableDocumentError
from stories.drafts import revisions
from stories.models import Edition, Import, Work

# How many states of a work are searched for the one that was exported, changed and is now brought in.
_SEARCHED = 200


class ConflictError(UnreadableDocumentError):
    """Somebody edited the work in ``places`` that the file changes as well; in each *mine* is what the file says."""

    def __init__(self, places: tuple[merge.Conflict, ...]) -> None:
        self.places = places
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


def beginning_of(work: Work, file: ReadFile, current: AnyDocument, *, at: datetime) -> AnyDocument:
    """Return the state of ``work``, whose desk says ``current``, from which the file went on.

    A document that was exported from here goes on from the state it is nearest to. A text knows no states: it goes on
    from what was last brought in, in its own format if there is any; else from what readers see at ``at``, else from
    the first revision.
    """
    document = file.imported.document
    if file.imported.has_identity and document.uid == work.uid:
        return merge.nearest(document, _states(work)) or current
    brought_in = Import.objects.filter(work=work).select_related("document")
    if last := brought_in.filter(format=file.format).first() or brought_in.first():
        return last.document.value()
    live = Edition.objects.live(at).filter(work=work).select_related("document").first()
    if live and live.document:
        return live.document.value()
    first = revisions.revision_number(work, 1)
    return first.document.value() if first else current


def _states(work: Work) -> Iterator[AnyDocument]:
    for revision in revisions.all_of(work).select_related("document")[:_SEARCHED]:
        yield revision.document.value()


def joined(base: AnyDocument, current: AnyDocument, said: AnyDocument, *, work: Work) -> AnyDocument:
    """Return ``current``, what the desk of ``work`` says, with what ``said`` changed in ``base``.

    Raises ConflictError where both changed the same place.
    """
    merged = merge.merge(base, current, merge.apart(base, current, said, given=work.citations_given))
    if merged.conflicts:
        raise ConflictError(merged.conflicts)
    return merged.document


def note_of(base: AnyDocument, current: AnyDocument) -> Note:
    """Return the note that what the desk changed since ``base`` is kept."""
    changed = compare(base, current).summary
    return Note(1, "merged", f"Somebody edited this since it was last brought in ({changed}). Both changes are in.")


def giving_way(said: AnyDocument, base: AnyDocument, current: AnyDocument) -> AnyDocument:
    """Return what a text says, under the headline or question of the desk where the desk changed it.

    A text only proposes one; one that was given with it stays.
    """
    title = "headline" if isinstance(said, Explainer) else "question"
    names = title, f"{title}_confirmed"
    now, was = ({name: getattr(side, name) for name in names} for side in (current, base))
    return said if getattr(said, names[1]) or now == was else said.changed(**now)
