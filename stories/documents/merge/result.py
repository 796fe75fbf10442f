"""The result of a merge: the merged document and its conflicts."""

from dataclasses import dataclass

from stories.documents import AnyDocument


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed in different ways.

    ``label`` names it for people. ``anchor`` has the form of those of findings (``sections.UID.text``, ``headline``).
    For a conflict about the order of rows or several of them it is that of the set (``sections``). ``base``, ``theirs``
    and ``mine`` are the three texts, empty where there is none.
    """

    label: str
    anchor: str
    base: str
    theirs: str
    mine: str

    def swapped(self) -> "Conflict":
        """Return the same conflict seen from the other side."""
        return Conflict(self.label, self.anchor, self.base, self.mine, self.theirs)


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged document, with the text of *theirs* in each place of the ``conflicts``."""

    document: AnyDocument
    conflicts: tuple[Conflict, ...] = ()
