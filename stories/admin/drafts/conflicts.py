"""Find conflicts between two saves of a work, and the texts to show side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsroom.accounts.models import User, active_users
from newsroom.http.converters import parse_number
from newsroom.text.diff.words import Run, compare_source
from newsroom.text.join import join_words
from stories.admin.drafts.document import DraftForm
from stories.documents import AnyDocument, merge
from stories.documents.walk import DocumentText, list_texts
from stories.drafts import revisions
from stories.drafts.short_references import ShortNames, list_visible_kinds
from stories.models import Revision, Work

# Anchors of texts whose keys differ from the anchors of their fields.
ANCHORS_BY_KEY = {"lead.alt": "lead_alt", "lead.caption": "lead_caption", "lead.credit": "lead_credit"}
# A summary of changes names at most this many places.
MAX_NAMED_PLACES = 4


@dataclass(frozen=True, slots=True)
class Conflict:
    """A save that started from revision ``base``, although ``newest`` is now the newest revision."""

    base: Revision | None
    newest: Revision
    by: User

    @property
    def is_own(self) -> bool:
        """Whether the same user saved the newest revision in another window."""
        return self.newest.created_by_id == self.by.pk

    def name_editor(self, revision: Revision) -> str:
        """Return a phrase that says who saved a revision, for the start of a sentence."""
        if revision.created_by_id == self.by.pk:
            return "You, in another window,"
        return revision.saved_by

    @property
    def other_editor(self) -> str:
        """A phrase that says who, or which window, saved the newest revision."""
        if self.is_own:
            return "the other window"
        return str(self.newest.created_by or "the import")

    def __str__(self) -> str:
        return f"{self.name_editor(self.newest)} saved revision {self.newest.number} while you were writing. Nothing is lost."


@dataclass(frozen=True, slots=True)
class TextConflict:
    """A place where the submitted text differs from the text that was saved in the meantime.

    ``before`` is the text from which both started. ``theirs`` and ``mine`` compare the saved and the submitted text
    with it. ``anchor`` identifies the place, like the anchor of a finding.
    """

    label: str
    before: str
    theirs: list[Run]
    mine: list[Run]
    anchor: str = ""


def find_conflict(work: Work, base: str, *, by: User) -> Conflict | None:
    """Return the conflict for a save that started from revision number ``base``, or None; the work must be locked."""
    newest = revisions.get_newest_revision(work)
    number = parse_number(base, digits=9) or 0
    if newest is None or newest.number == number:
        return None
    return Conflict(revisions.get_revision(work, number), newest, by)


def list_text_conflicts(conflict: Conflict, form: DraftForm) -> list[TextConflict]:
    """Return each place where the form and the newest revision differ: first the places in the form, then all others.

    Their texts have short references.
    """
    before = _texts_by_key(conflict.base)
    theirs = _texts_by_key(conflict.newest)
    base = (conflict.base or conflict.newest).document.value()
    document = form.document(base)
    mine = {each.key: each for each in list_texts(document)}
    shown = [document, *(each.document.value() for each in (conflict.base, conflict.newest) if each)]
    names = ShortNames.of_documents(shown, kinds=list_visible_kinds(conflict.by))
    text_conflicts = []
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        old_text, their_text, my_text = (
            names.shorten(side[key].text.strip()) if key in side else "" for side in (before, theirs, mine)
        )
        if their_text != my_text:
            label = (theirs.get(key) or mine[key]).label
            text_conflicts.append(
                TextConflict(
                    label,
                    old_text,
                    compare_source(old_text, their_text),
                    compare_source(old_text, my_text),
                    ANCHORS_BY_KEY.get(key, key),
                )
            )
    return text_conflicts


def from_merge_conflict(conflict: merge.Conflict, names: ShortNames) -> TextConflict:
    """Return the text conflict that shows a conflict of a merge, with short references."""
    before, theirs, mine = (names.shorten(text.strip()) for text in (conflict.base, conflict.theirs, conflict.mine))
    return TextConflict(
        conflict.label, before, compare_source(before, theirs), compare_source(before, mine), conflict.anchor
    )


def merge_owner(work: Work, mine: User | None, *, before: str | None) -> tuple[User | None, TextConflict | None]:
    """Return the owner to save, and the text conflict if both sides changed the owner.

    Documents do not contain the owner, so their merge does not cover it. ``mine`` is the submitted owner. ``before`` is
    the key of the owner that the form showed; if it is None, ``mine`` wins.
    """
    submitted, current = ("" if owner is None else str(owner.pk) for owner in (mine, work.owner))
    if before is None or submitted == current or current == before:
        return mine, None
    if submitted == before:
        return work.owner, None
    old_name = next((str(user) for user in active_users() if str(user.pk) == before), "")
    their_name, my_name = str(work.owner or ""), str(mine or "")
    return mine, TextConflict(
        "Owner", old_name, compare_source(old_name, their_name), compare_source(old_name, my_name), "owner"
    )


def list_one_sided_changes(
    before: AnyDocument, theirs: AnyDocument, mine: AnyDocument, *, conflict_anchors: Iterable[str]
) -> tuple[str, str]:
    """Return, as text, the labels of places that only ``mine`` changed, and of places that only ``theirs`` changed.

    Skip the places in conflict, whose anchors begin with one of ``conflict_anchors``.
    """
    in_conflict = tuple(conflict_anchors)
    old, new, my = ({each.key: each for each in list_texts(document)} for document in (before, theirs, mine))

    def list_labels(side: Mapping[str, DocumentText], other: Mapping[str, DocumentText]) -> str:
        keys = [
            key
            for key in dict.fromkeys([*side, *old])
            if _get_text(side, key) != _get_text(old, key)
            and _get_text(side, key) != _get_text(other, key)
            and not any(anchor and ANCHORS_BY_KEY.get(key, key).startswith(anchor) for anchor in in_conflict)
        ]
        return _join_names(list(dict.fromkeys((side.get(key) or old[key]).label for key in keys)))

    return list_labels(my, new), list_labels(new, my)


def describe_other_saves(conflict: Conflict, before: AnyDocument, theirs: AnyDocument) -> str:
    """Return a sentence that says who saved which revisions after the base, and that their changes are included."""
    assert conflict.base is not None  # noqa: S101  # nothing is merged without a base
    later = revisions.list_later_revisions(conflict.base)
    editors = list(dict.fromkeys(conflict.name_editor(revision) for revision in later))
    numbers = [str(revision.number) for revision in later]
    old, new = ({each.key: each for each in list_texts(document)} for document in (before, theirs))
    keys = [key for key in [*new, *old] if (key in new) != (key in old) or new[key].text != old[key].text]
    labels = list(dict.fromkeys((new.get(key) or old[key]).label for key in keys))
    changes = f"the changes to {_join_names(labels)} are" if labels else "the changes are"
    noun = "revision" if len(later) == 1 else "revisions"
    return f"{_join_names(editors)} saved {noun} {_join_names(numbers)} in the meantime; {changes} merged."


def _join_names(names: list[str]) -> str:
    if len(names) > MAX_NAMED_PLACES:
        names = [*names[:MAX_NAMED_PLACES], f"{len(names) - MAX_NAMED_PLACES} more"]
    return join_words(names)


def _get_text(side: Mapping[str, DocumentText], key: str) -> str:
    return side[key].text if key in side else ""


def _texts_by_key(revision: Revision | None) -> dict[str, DocumentText]:
    return {each.key: each for each in list_texts(revision.document.value())} if revision else {}
