"""Two people saved the same work: the second is told, sees both texts, and loses nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms

from newsroom.accounts.models import User, people_at_work
from newsroom.desk.forms.rows import UidFormSet
from newsroom.http.converters import parse_number
from newsroom.text.diff.words import Run, differences
from stories.admin.drafts.fields import LEAD, TextOf, sent, walk
from stories.documents import AnyDocument, merge
from stories.drafts import revisions
from stories.models import Revision, Work

# Texts whose keys are not the anchors of their fields.
KEYS = {key: anchor for anchor, key in LEAD.items()}
# A sentence that tells what came in names so many places at most.
MOST_NAMED = 4


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

    def named(self, revision: Revision) -> str:
        """Return who saved a revision, as a sentence begins."""
        if revision.created_by_id == self.by.pk:
            return "You, in another window,"
        return str(revision.created_by or "An import")

    @property
    def who(self) -> str:
        """Return who saved the newest revision."""
        if self.is_own:
            return "the other window"
        return str(self.newest.created_by or "An import")

    def __str__(self) -> str:
        return f"{self.named(self.newest)} saved revision {self.newest.number} while you were writing. Nothing is lost."


@dataclass(frozen=True, slots=True)
class Clash:
    """One place where the two texts differ: as it was before, as the other saved it, as it was sent now.

    ``anchor`` names it as findings of checks do.
    """

    label: str
    before: str
    theirs: list[Run]
    mine: list[Run]
    anchor: str = ""


def conflict_of(work: Work, base: str, *, by: User) -> Conflict | None:
    """Return the conflict of a save that says it started from revision ``base``, or None. The work must be locked."""
    newest = revisions.newest_revision(work)
    number = parse_number(base, digits=9) or 0
    if newest is None or newest.number == number:
        return None
    return Conflict(revisions.revision_number(work, number), newest, by)


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
            found.append(Clash(label, old, differences(old, their), differences(old, my), KEYS.get(key, key)))
    return found


def clash_of(place: merge.Conflict) -> Clash:
    """Return a place that cannot be merged as the page shows it."""
    before, theirs, mine = (text.strip() for text in (place.base, place.theirs, place.mine))
    return Clash(place.label, before, differences(before, theirs), differences(before, mine), place.anchor)


def owners_of(work: Work, mine: User | None, *, before: str | None) -> tuple[User | None, Clash | None]:
    """Return who owns the work when ``mine`` was sent by somebody who saw the key ``before``, and what is to be asked.

    No document names the owner. Without knowing what was seen, what was sent is what is wanted.
    """
    sent, now = ("" if owner is None else str(owner.pk) for owner in (mine, work.owner))
    if before is None or sent == now or now == before:
        return mine, None
    if sent == before:
        return work.owner, None
    seen = next((str(user) for user in people_at_work() if str(user.pk) == before), "")
    theirs, my = str(work.owner or ""), str(mine or "")
    return mine, Clash("Owner", seen, differences(seen, theirs), differences(seen, my), "owner")


def joined_apart(
    before: AnyDocument, theirs: AnyDocument, mine: AnyDocument, *, asked: Iterable[str]
) -> tuple[str, str]:
    """Return where only ``mine`` changed something and where only ``theirs`` did, besides the anchors ``asked``."""
    in_conflict = tuple(asked)
    old, new, my = ({each.key: each for each in walk(document)} for document in (before, theirs, mine))

    def places(side: Mapping[str, TextOf], other: Mapping[str, TextOf]) -> str:
        keys = [
            key
            for key in dict.fromkeys([*side, *old])
            if _text(side, key) != _text(old, key)
            and _text(side, key) != _text(other, key)
            and not any(anchor and KEYS.get(key, key).startswith(anchor) for anchor in in_conflict)
        ]
        return _listed(list(dict.fromkeys((side.get(key) or old[key]).label for key in keys)))

    return places(my, new), places(new, my)


def said_meanwhile(conflict: Conflict, before: AnyDocument, theirs: AnyDocument) -> str:
    """Return who saved what since ``before``, in a sentence that says that it is in."""
    assert conflict.base is not None  # noqa: S101  # without one nothing is merged
    since = revisions.saved_after(conflict.base)
    who = list(dict.fromkeys(conflict.named(revision) for revision in since))
    numbers = [str(revision.number) for revision in since]
    old, new = ({each.key: each for each in walk(document)} for document in (before, theirs))
    keys = [key for key in [*new, *old] if (key in new) != (key in old) or new[key].text != old[key].text]
    places = list(dict.fromkeys((new.get(key) or old[key]).label for key in keys))
    what = f"the changes to {_listed(places)} are" if places else "the changes are"
    return f"{_listed(who)} saved {'revision' if len(since) == 1 else 'revisions'} {_listed(numbers)} meanwhile; {what} in."


def _listed(names: list[str]) -> str:
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _text(side: Mapping[str, TextOf], key: str) -> str:
    return side[key].text if key in side else ""


def _by_key(revision: Revision | None) -> dict[str, TextOf]:
    return {each.key: each for each in walk(revision.document.value())} if revision else {}
