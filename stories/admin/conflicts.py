"""Two people saved the same work: the second is told, sees both texts, and loses nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from newsroom.accounts.models import User
from newsroom.editing.rows import UidFormSet
from newsroom.text.differ import Run, differences
from stories import revisions
from stories.admin.reading import Said, said, sent
from stories.models import Revision, Work


@dataclass(frozen=True, slots=True)
class Conflict:
    """A save that started from revision ``base`` while ``newest`` is what the desk says now."""

    base: Revision | None
    newest: Revision
    by: User

    @property
    def is_own(self) -> bool:
        """Say whether the same person saved both, in two windows."""
        return self.newest.created_by_id == self.by.pk

    @property
    def who(self) -> str:
        """Return who saved the newest revision."""
        if self.is_own:
            return "the other window"
        return str(self.newest.created_by or "An import")

    def __str__(self) -> str:
        who = "You, in another window," if self.is_own else self.who
        return f"{who} saved revision {self.newest.number} while you were writing. Nothing is lost."


@dataclass(frozen=True, slots=True)
class Clash:
    """One place where the two texts differ: as it was before, as the other saved it, as it was sent now."""

    label: str
    before: str
    theirs: list[Run]
    mine: list[Run]


def conflict_of(work: Work, base: str, *, by: User) -> Conflict | None:
    """Return the conflict of a save that says it started from revision ``base``, or None. The work must be locked."""
    newest = revisions.newest_of(work)
    number = int(base) if base.isdecimal() and len(base) < 10 else 0
    if newest is None or newest.number == number:
        return None
    return Conflict(revisions.numbered(work, number), newest, by)


def clashes(conflict: Conflict, form: forms.BaseForm, formsets: Iterable[UidFormSet]) -> list[Clash]:
    """Return every place where what was sent and the newest revision differ, in the order of the page."""
    before = _by_key(conflict.base)
    theirs = _by_key(conflict.newest)
    mine = sent(form, formsets)
    found = []
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        old, their, my = (side[key].text.strip() if key in side else "" for side in (before, theirs, mine))
        if their != my:
            label = (theirs.get(key) or mine[key]).label
            found.append(Clash(label, old, differences(old, their), differences(old, my)))
    return found


def _by_key(revision: Revision | None) -> dict[str, Said]:
    return {each.key: each for each in said(revision.document.value())} if revision else {}
