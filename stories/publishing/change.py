"""What an edition changes for readers, as they are told it."""

from stories.models import Change, ChangeNote, Edition
from stories.publishing.timeline import Place


def said_of(edition: Edition) -> ChangeNote:
    """Return what readers are told of the change that an edition made."""
    return ChangeNote(Change(edition.change), edition.note, edition.was_wrong, edition.is_right)


def change_at(place: Place, wanted: ChangeNote | None) -> ChangeNote | None:
    """Return what a new edition is for readers: the first, a return after a notice, or else what the editor says.

    A correction stays one when the page comes back with it. None where the editor has to say it and did not.
    """
    if place.page_before is None:
        return ChangeNote(Change.FIRST, wanted.note if wanted else "")
    if place.follows_notice and (wanted is None or wanted.change != Change.CORRECTION):
        return ChangeNote(Change.RETURN, wanted.note if wanted else "")
    if wanted and wanted.change in {Change.FIRST, Change.RETURN, Change.WITHDRAWAL, Change.EXPIRY}:
        return ChangeNote(Change.UPDATE, wanted.note)
    return wanted
