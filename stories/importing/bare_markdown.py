"""Reads Markdown without front matter as a new story: its headline, its sections, and the parts known by heading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from stories.documents import AskedQuestion, Explainer, NamedTopic, PartHeadings, Passage, Section
from stories.exporting.markdown import COMPARISON, HEADING
from stories.importing.headings import DEEPER, PARTS, QUESTIONS, TOPICS, part_of
from stories.importing.names import KnownNames
from stories.importing.notes import Imported, Note, RefusedError
from stories.importing.text.coverage import CoverageReader
from stories.importing.text.layout import Paragraph

_PAPERS = "papers"
_LONGEST_TITLE = 300


@dataclass(slots=True)
class _Part:
    """A heading with the text under it and the parts under it, one level down."""

    line: int
    level: int
    title: str
    lines: list[str] = field(default_factory=list)
    parts: "list[_Part]" = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @property
    def code(self) -> str:
        return part_of(self.title)


def read_bare_markdown(text: str, known: KnownNames, *, make_uid: Callable[[], UUID]) -> Imported:
    """Return the new story that Markdown without front matter holds; RefusedError without a known heading."""
    top, chapters = _outline(text)
    if not any(chapter.code for chapter in chapters):
        raise RefusedError(1, "There is no heading that is known here, such as “## What’s happened”.")
    parts = {chapter.code: chapter for chapter in chapters if chapter.code in PARTS}
    notes: list[Note] = (
        [] if top.title else [Note(1, "headline-missing", "The text has no headline. An editor writes one.")]
    )
    document = Explainer(
        uid=make_uid(),
        slug="",
        headline=top.title[:_LONGEST_TITLE],
        headline_confirmed=bool(top.title),
        standfirst=top.text,
        sections=tuple(_sections(chapters, make_uid)),
        passages=tuple(_passages(chapters, known, make_uid)),
        questions=tuple(
            AskedQuestion(uid=make_uid(), question=part.title[:_LONGEST_TITLE], teaser=part.text)
            for part in (parts[QUESTIONS].parts if QUESTIONS in parts else [])
        ),
        topics=tuple(_topics(parts[TOPICS].parts if TOPICS in parts else [], known, make_uid)),
        headings=PartHeadings(**{code: parts[code].title for code in (DEEPER, QUESTIONS, TOPICS) if code in parts}),
    )
    return Imported(document, tuple(notes))


def _outline(text: str) -> tuple[_Part, list[_Part]]:
    """Return the headline with what stands under it, and the chapters."""
    top = _Part(1, 1, "")
    chapters: list[_Part] = []
    current = top
    for number, line in enumerate(text.split("\n"), start=1):
        match = HEADING.fullmatch(line)
        level = len(match[1]) if match else 0
        title = (match[2] or "").strip() if match else ""
        if level == 1 and not top.title and not chapters:
            top.title = title
        elif level == 2 or level == 1:
            current = _Part(number, 2, title)
            chapters.append(current)
        elif level == 3 and chapters and chapters[-1].code in {_PAPERS, *PARTS}:
            current = _Part(number, 3, title)
            chapters[-1].parts.append(current)
        else:
            current.lines.append(line)
    return top, chapters


def _sections(chapters: list[_Part], make_uid: Callable[[], UUID]) -> Iterator[Section]:
    seen: set[str] = set()
    for chapter in chapters:
        if chapter.code in PARTS:
            continue
        kind = "free" if not chapter.code or chapter.code in seen else chapter.code
        seen.add(kind)
        text = "" if kind == _PAPERS else chapter.text
        yield Section(uid=make_uid(), kind=kind, heading=chapter.title[:_LONGEST_TITLE], text=text)


def _passages(chapters: list[_Part], known: KnownNames, make_uid: Callable[[], UUID]) -> Iterator[Passage]:
    papers = next((chapter for chapter in chapters if chapter.code == _PAPERS), None)
    if papers is None:
        return
    reader = CoverageReader(known, elsewhere=frozenset(), make_uid=make_uid)
    paragraphs = [Paragraph(papers.line, text.strip()) for text in papers.text.split("\n\n") if text.strip()]
    yield from reader.passages(paragraphs, write=str)
    for part in papers.parts:
        names = [] if part.title == COMPARISON else [name.strip() for name in part.title.split(";") if name.strip()]
        yield Passage(uid=make_uid(), text=part.text, outlets=tuple(known.outlet(name) for name in names))


def _topics(parts: list[_Part], known: KnownNames, make_uid: Callable[[], UUID]) -> Iterator[NamedTopic]:
    for part in parts:
        match = known.topic(part.title)
        uid, name = match or (None, part.title[:200])
        yield NamedTopic(uid=make_uid(), topic=uid, name=name, description=part.text)
