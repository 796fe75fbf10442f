"""Conflicts of two saves of one work: find them, and show the second editor both texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsroom.accounts.models import User, active_users
from newsroom.http.converters import parse_number
from newsroom.text.diff.words import Run, compare_source
from stories.admin.drafts.document import DraftForm
from stories.documents import AnyDocument, merge
from stories.documents.walk import DocumentText, list_texts
from stories.drafts import revisions
from stories.models import Revision, Work

# Anchors of texts whose keys differ from the anchors of their fields.
ANCHORS_BY_KEY = {"lead.alt": "lead_alt", "lead.caption": "lead_caption", "lead.credit": "lead_credit"}
# A summary of changes names at most this many places.
MAX_NAMED_PLACES = 4


@dataclass(frozen=True, slots=True)
class Conflict:
    """A save that started from revision ``base`` while ``newest`` is the newest revision."""

    base: Revision | None
    newest: Revision
    by: User

    @property
    def is_own(self) -> bool:
        """Whether the same user saved both revisions, in two windows."""
        return self.newest.created_by_id == self.by.pk

    def name_editor(self, revision: Revision) -> str:
        """Return who saved a revision, as the beginning of a sentence."""
        if revision.created_by_id == self.by.pk:
            return "You, in another window,"
        return str(revision.created_by or "An import")

    @property
    def other_editor(self) -> str:
        """Name of the user or the window that saved the newest revision."""
        if self.is_own:
            return "the other window"
        return str(self.newest.created_by or "An import")

    def __str__(self) -> str:
        return f"{self.name_editor(self.newest)} saved revision {self.newest.number} while you were writing. Nothing is lost."


@dataclass(frozen=True, slots=True)
class TextConflict:
    """One place where two texts differ: as it was before, as the other editor saved it, and as it was sent now.

    ``anchor`` names the place as findings of checks do.
    """

    label: str
    before: str
    theirs: list[Run]
    mine: list[Run]
    anchor: str = ""


def find_conflict(work: Work, base: str, *, by: User) -> Conflict | None:
    """Return the conflict of a save that started from revision ``base``, or None; the work must be locked."""
    newest = revisions.get_newest_revision(work)
    number = parse_number(base, digits=9) or 0
    if newest is None or newest.number == number:
        return None
    return Conflict(revisions.get_revision(work, number), newest, by)


def list_text_conflicts(conflict: Conflict, form: DraftForm) -> list[TextConflict]:
    """Return each place where the submitted form and the newest revision differ, in the order of the page."""
    before = _by_key(conflict.base)
    theirs = _by_key(conflict.newest)
    base = (conflict.base or conflict.newest).document.value()
    mine = {each.key: each for each in list_texts(form.document(base))}
    found = []
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        old, their, my = (side[key].text.strip() if key in side else "" for side in (before, theirs, mine))
        if their != my:
            label = (theirs.get(key) or mine[key]).label
            found.append(
                TextConflict(
                    label, old, compare_source(old, their), compare_source(old, my), ANCHORS_BY_KEY.get(key, key)
                )
            )
    return found


def from_merge_conflict(place: merge.Conflict) -> TextConflict:
    """Return a conflict of a merge as the page shows it."""
    before, theirs, mine = (text.strip() for text in (place.base, place.theirs, place.mine))
    return TextConflict(place.label, before, compare_source(before, theirs), compare_source(before, mine), place.anchor)


def merge_owner(work: Work, mine: User | None, *, before: str | None) -> tuple[User | None, TextConflict | None]:
    """Return the owner to save and the clash to ask about, if any; no document holds the owner.

    ``mine`` is the submitted owner, and ``before`` the key of the owner that the form showed. If it is None, ``mine``
    wins.
    """
    sent, now = ("" if owner is None else str(owner.pk) for owner in (mine, work.owner))
    if before is None or sent == now or now == before:
        return mine, None
    if sent == before:
        return work.owner, None
    seen = next((str(user) for user in active_users() if str(user.pk) == before), "")
    theirs, my = str(work.owner or ""), str(mine or "")
    return mine, TextConflict("Owner", seen, compare_source(seen, theirs), compare_source(seen, my), "owner")


def list_one_sided_changes(
    before: AnyDocument, theirs: AnyDocument, mine: AnyDocument, *, asked: Iterable[str]
) -> tuple[str, str]:
    """Return the labels of places that only ``mine`` changed and of those that only ``theirs`` did, except ``asked``.

    ``asked`` are the anchors of places that are in conflict.
    """
    in_conflict = tuple(asked)
    old, new, my = ({each.key: each for each in list_texts(document)} for document in (before, theirs, mine))

    def places(side: Mapping[str, DocumentText], other: Mapping[str, DocumentText]) -> str:
        keys = [
            key
            for key in dict.fromkeys([*side, *old])
            if _text(side, key) != _text(old, key)
            and _text(side, key) != _text(other, key)
            and not any(anchor and ANCHORS_BY_KEY.get(key, key).startswith(anchor) for anchor in in_conflict)
        ]
        return _listed(list(dict.fromkeys((side.get(key) or old[key]).label for key in keys)))

    return places(my, new), places(new, my)


def describe_other_saves(conflict: Conflict, before: AnyDocument, theirs: AnyDocument) -> str:
    """Return a sentence that names who saved which revisions since ``before``, and that their changes are included."""
    assert conflict.base is not None  # noqa: S101  # nothing is merged without a base
    since = revisions.list_later_revisions(conflict.base)
    who = list(dict.fromkeys(conflict.name_editor(revision) for revision in since))
    numbers = [str(revision.number) for revision in since]
    old, new = ({each.key: each for each in list_texts(document)} for document in (before, theirs))
    keys = [key for key in [*new, *old] if (key in new) != (key in old) or new[key].text != old[key].text]
    places = list(dict.fromkeys((new.get(key) or old[key]).label for key in keys))
    what = f"the changes to {_listed(places)} are" if places else "the changes are"
    return f"{_listed(who)} saved {'revision' if len(since) == 1 else 'revisions'} {_listed(numbers)} meanwhile; {what} in."


def _listed(names: list[str]) -> str:
    if len(names) > MAX_NAMED_PLACES:
        names = [*names[:MAX_NAMED_PLACES], f"{len(names) - MAX_NAMED_PLACES} more"]
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _text(side: Mapping[str, DocumentText], key: str) -> str:
    return side[key].text if key in side else ""


def _by_key(revision: Revision | None) -> dict[str, DocumentText]:
    return {each.key: each for each in list_texts(revision.document.value())} if revision else {}
