"""The result of a merge: the merged document and its conflicts."""

from dataclasses import dataclass

from stories.documents import AnyDocument


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that the two sides changed in different ways.

    ``label`` is the name to display. ``anchor`` has the same format as in findings (``sections.UID.text``,
    ``headline``). For a conflict about several rows or their order, it is the anchor of all rows (``sections``).
    ``base``, ``theirs`` and ``mine`` are the three texts; a text is empty on a side without the place.
    """

    label: str
    anchor: str
    base: str
    theirs: str
    mine: str

    def swap_sides(self) -> "Conflict":
        """Return the same conflict as seen from the other side."""
        return Conflict(self.label, self.anchor, self.base, self.mine, self.theirs)


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The merged document and its conflicts.

    Where the sides conflict, the document has the text of *theirs*. A source that *theirs* removed is kept if *mine*
    cites it in a new place, unless another source has the same article or URL.
    """

    document: AnyDocument
    conflicts: tuple[Conflict, ...] = ()
