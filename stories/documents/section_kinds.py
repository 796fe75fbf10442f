"""The kinds of section an explainer can have, and their place in reader order, one row each."""

from dataclasses import dataclass

from stories.documents.headings import usual_heading


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One row of the table.

    ``code`` is stored; ``place`` orders new sections for readers (lower comes first); ``starting`` says that *Add story*
    opens with it; ``convention`` names the list convention that the renderer knows in its Markdown (``timeline``,
    ``people``, ``unknowns``), or is empty.
    """

    code: str
    place: int
    starting: bool = False
    convention: str = ""

    @property
    def heading(self) -> str:
        """The usual heading as the desk says it, in English."""
        return usual_heading(self.code)


HAPPENED = SectionKind("happened", 10, starting=True)
BEHIND = SectionKind("behind", 20, starting=True)
PAPERS = SectionKind("papers", 30, starting=True)
BACKGROUND = SectionKind("background", 40, starting=True)
TIMELINE = SectionKind("timeline", 50, convention="timeline")
PEOPLE = SectionKind("people", 60, convention="people")
UNKNOWNS = SectionKind("unknowns", 70, convention="unknowns")
NEXT = SectionKind("next", 80)
FREE = SectionKind("free", 90)

SECTION_KINDS: dict[str, SectionKind] = {
    kind.code: kind for kind in (HAPPENED, BEHIND, PAPERS, BACKGROUND, TIMELINE, PEOPLE, UNKNOWNS, NEXT, FREE)
}
STARTING_KINDS: tuple[SectionKind, ...] = tuple(kind for kind in SECTION_KINDS.values() if kind.starting)
