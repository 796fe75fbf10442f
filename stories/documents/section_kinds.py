"""The kinds of section an explainer can have: default heading and place in reader order, one row each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One row of the table.

    ``code`` is stored; ``heading`` is what a new section is called; ``place`` orders new sections for readers
    (lower comes first); ``starting`` says that *Add story* opens with it; ``convention`` names the list convention
    that the renderer knows in its Markdown (``timeline``, ``people``, ``unknowns``), or is empty.
    """

    code: str
    heading: str
    place: int
    starting: bool = False
    convention: str = ""


HAPPENED = SectionKind("happened", "What’s happened", 10, starting=True)
BEHIND = SectionKind("behind", "What’s behind the headline?", 20, starting=True)
PAPERS = SectionKind("papers", "What the papers say", 30, starting=True)
BACKGROUND = SectionKind("background", "How we got here", 40, starting=True)
TIMELINE = SectionKind("timeline", "Timeline", 50, convention="timeline")
PEOPLE = SectionKind("people", "Key people", 60, convention="people")
UNKNOWNS = SectionKind("unknowns", "What we don’t know yet", 70, convention="unknowns")
NEXT = SectionKind("next", "What happens next", 80)
FREE = SectionKind("free", "", 90)

SECTION_KINDS: dict[str, SectionKind] = {
    kind.code: kind for kind in (HAPPENED, BEHIND, PAPERS, BACKGROUND, TIMELINE, PEOPLE, UNKNOWNS, NEXT, FREE)
}
STARTING_KINDS: tuple[SectionKind, ...] = tuple(kind for kind in SECTION_KINDS.values() if kind.starting)
