"""What a merge returns: the document, and the places that somebody has to decide."""

from dataclasses import dataclass

from stories.documents import AnyDocument


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed, each in its own way.

    ``label`` names it for people, ``anchor`` as findings of checks do (``sections.UID.text``, ``headline``; a set of
    rows, ``sections``, where its order or its rows beside each other are meant). ``base``, ``theirs`` and ``mine`` are
    the three texts; an empty one says that nothing stands there.
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
    """``document`` holds the changes of both sides, and where they are in conflict what *theirs* says."""

    document: AnyDocument
    conflicts: tuple[Conflict, ...] = ()
