"""Parse Markdown without front matter as a new story: its headline, sections and known parts."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from uuid import UUID

from newsroom.text.plain import plain_text
from stories.documents import AskedQuestion, Claim, Explainer, Forecast, NamedTopic, PartHeadings, Passage, Section
from stories.documents.claim_lines import markdown_lines, read_title
from stories.documents.export.markdown_claims import split_block
from stories.documents.parse.headings import (
    AGREEMENT,
    DEEPER,
    FORECASTS,
    LISTS,
    PARTS,
    TOPICS,
    detect_language,
    find_part_code,
    is_comparison_heading,
    strip_markdown_marks,
)
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.markdown.claims import link_claims
from stories.documents.parse.notes import CLAIM_UNREAD, Note, ParsedDocument, UnreadableDocumentError
from stories.documents.parse.text.claims import ClaimParser, guess_kind
from stories.documents.parse.text.coverage import CoverageParser
from stories.documents.parse.text.forecasts import parse_forecasts
from stories.documents.parse.text.layout import Item, Paragraph, Part, lay_out, refuse_long_paragraph
from stories.documents.parse.text.prose import write_markdown
from stories.documents.parse.text.questions import find_questions
from stories.documents.parse.text.topics import parse_topics

_HEADING = re.compile(r"(#{1,6})(?: (.*))?")
_PAPERS = "papers"
# The chapters in which a heading one level down is a row of its own. In others, it is text.
_WITH_PARTS = PARTS - LISTS | {_PAPERS, AGREEMENT}
_MAX_TITLE_LENGTH = 300


@dataclass(slots=True)
class _Chapter:
    """A heading with its text and its headings one level down."""

    line: int
    level: int
    title: str
    lines: list[str] = field(default_factory=list)
    parts: "list[_Chapter]" = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @property
    def code(self) -> str:
        return find_part_code(self.title)

    @property
    def content(self) -> list[Paragraph | Item]:
        """The text, divided into paragraphs and list items like plain text. Raise the same error as ``lay_out``."""
        return lay_out(self.text, headings=()).opening.content

    @property
    def is_section(self) -> bool:
        """Whether this is a section: not a known part, a list of figures, or *Go deeper* with prose under it."""
        # *Go deeper* should only hold other parts, so prose under it makes it a section.
        is_prose = (
            self.code == DEEPER and bool(self.text) and not any(isinstance(block, Item) for block in self.content)
        )
        return self.code not in PARTS or self.code in LISTS - {AGREEMENT} or is_prose


def parse_plain_markdown(text: str, known_names: KnownNames, *, make_uid: Callable[[], UUID]) -> ParsedDocument:
    """Return the new story in ``text``, Markdown without front matter.

    Raise UnreadableDocumentError if there is no known heading, or if the text exceeds a limit.
    """
    top, chapters = _split_chapters(text)
    if not any(chapter.code for chapter in chapters):
        raise UnreadableDocumentError(1, "No known heading found, such as “## What’s happened”.")
    parts = [chapter for chapter in chapters if not chapter.is_section and chapter.code != AGREEMENT]
    notes: list[Note] = (
        [] if top.title else [Note(1, "headline-missing", "No headline found. Add one before you publish.")]
    )
    language = detect_language(chapter.title for chapter in chapters)
    claims = ClaimParser(markdown_lines(language), known_names, make_uid, notes)
    forecasts = tuple(_build_forecasts(chapters, language, make_uid, notes))
    passages = tuple(_build_passages(chapters, known_names, make_uid, notes))
    document = Explainer(
        uid=make_uid(),
        slug="",
        language=language,
        headline=top.title[:_MAX_TITLE_LENGTH],
        headline_confirmed=bool(top.title),
        standfirst=top.text,
        sections=tuple(_build_sections(chapters, make_uid)),
        passages=passages,
        forecasts=forecasts,
        claims=tuple(_build_claims(chapters, claims)),
        questions=tuple(_build_questions((part for part in parts if part.code != TOPICS), make_uid)),
        topics=tuple(_build_topics((part for part in parts if part.code == TOPICS), known_names, make_uid)),
        headings=PartHeadings.usual(language).model_copy(update={part.code: part.title for part in reversed(parts)}),
    )
    return ParsedDocument(link_claims(document), tuple(notes))


def _split_chapters(text: str) -> tuple[_Chapter, list[_Chapter]]:
    """Return the headline with its text, and the chapters."""
    top = _Chapter(1, 1, "")
    chapters: list[_Chapter] = []
    current = top
    for number, line in enumerate(text.split("\n"), start=1):
        match = _HEADING.fullmatch(line)
        level = len(match[1]) if match else 0
        title = strip_markdown_marks((match[2] or "").strip()) if match else ""
        chapter = chapters[-1] if chapters else None
        # Questions and topics may be one level down, under *Go deeper*.
        is_inner = level > 2 and chapter is not None and chapter.code in PARTS and find_part_code(title) in PARTS
        if level == 1 and not top.title and not chapters and not find_part_code(title):
            top.title = title
        elif level in (1, 2) or is_inner:
            current = _Chapter(number, max(level, 2), title)
            chapters.append(current)
        elif chapter and chapter.code in _WITH_PARTS and level == chapter.level + 1:
            current = _Chapter(number, level, title)
            chapter.parts.append(current)
        else:
            current.lines.append(line)
    return top, chapters


def _build_sections(chapters: list[_Chapter], make_uid: Callable[[], UUID]) -> Iterator[Section]:
    used_kinds: set[str] = set()
    for chapter in chapters:
        if not (chapter.is_section or chapter.code == AGREEMENT) or (
            chapter.code in (AGREEMENT, FORECASTS) and not chapter.text
        ):
            continue
        kind = "free" if not chapter.code or chapter.code in used_kinds | PARTS else chapter.code
        used_kinds.add(kind)
        # Points are rows of their own, and so are the passages of the first such chapter.
        parts = [] if chapter.code == AGREEMENT else chapter.parts
        inner = [f"{'#' * part.level} {part.title}\n\n{part.text}".rstrip() for part in parts]
        text = "" if kind == _PAPERS else "\n\n".join(filter(None, [chapter.text, *inner]))
        yield Section(uid=make_uid(), kind=kind, heading=chapter.title[:_MAX_TITLE_LENGTH], text=text)


def _build_claims(chapters: list[_Chapter], parser: ClaimParser) -> Iterator[Claim]:
    """Yield the point of each heading one level below the heading of the points."""
    for chapter in chapters:
        if chapter.code == AGREEMENT and chapter.text:
            parser.notes.append(
                Note(chapter.line + 1, CLAIM_UNREAD, f"The text directly under “{chapter.title}” became a section.")
            )
        for part in chapter.parts if chapter.code == AGREEMENT else ():
            title, as_of = read_title(part.title, parser.lines)
            title, excess = parser.split_title(title, part.line)
            items, note = split_block(part.lines)
            numbered = [(part.line + 1 + place, words) for place, words in items]
            cells, unread = parser.read_cells(numbered, as_of=as_of, ends_with_note=False)
            text = "\n".join(f"- {words}" for _, words in unread)
            yield Claim(
                uid=parser.make_uid(),
                claim=title,
                kind=guess_kind(cells),
                as_of=as_of,
                note="\n\n".join(filter(None, (excess, text, note))),
                cells=cells,
            )


def _build_forecasts(
    chapters: list[_Chapter], language: str, make_uid: Callable[[], UUID], notes: list[Note]
) -> Iterator[Forecast]:
    """Yield the forecasts of each list of forecasts, and remove it from its chapter.

    If a list has anything else, the chapter remains a section; add notes on it.
    """
    for chapter in chapters:
        if chapter.code == FORECASTS:
            forecasts, rest, found = parse_forecasts(chapter.content, markdown_lines(language), make_uid, write=str)
            begin = next((place for place, line in enumerate(chapter.lines) if line.strip()), 0)
            notes += [replace(note, line=chapter.line + begin + note.line) for note in found]
            if not rest:
                chapter.lines.clear()
                yield from forecasts


def _build_passages(
    chapters: list[_Chapter], known_names: KnownNames, make_uid: Callable[[], UUID], notes: list[Note]
) -> Iterator[Passage]:
    papers = next((chapter for chapter in chapters if chapter.code == _PAPERS), None)
    if papers is None:
        return
    parser = CoverageParser(known_names, names_elsewhere=frozenset(), make_uid=make_uid)
    yield from parser.parse_passages(list(_iter_paragraphs(papers)), write=str)
    notes += parser.notes
    for part in papers.parts:
        names = (
            []
            if is_comparison_heading(part.title)
            else [name.strip() for name in part.title.split(";") if name.strip()]
        )
        yield Passage(uid=make_uid(), text=part.text, outlets=tuple(known_names.find_outlet(name) for name in names))


def _iter_paragraphs(part: _Chapter) -> Iterator[Paragraph]:
    numbered = enumerate(part.lines, start=part.line + 1)
    for is_blank, group in groupby(numbered, key=lambda each: not each[1].strip()):
        if not is_blank:
            (first, _), *_ = lines = list(group)
            breaks = tuple(accumulate(len(line) + 1 for _, line in lines[:-1]))
            paragraph = Paragraph(first, "\n".join(line for _, line in lines).strip(), breaks)
            refuse_long_paragraph(paragraph)
            yield paragraph


def _build_questions(chapters: Iterable[_Chapter], make_uid: Callable[[], UUID]) -> Iterator[AskedQuestion]:
    """Yield the questions of each chapter: first those in its text, then its headings one level down.

    Raise the same errors as ``lay_out`` and ``find_questions``.
    """
    for chapter in chapters:
        for parsed in find_questions(chapter.content):
            question = plain_text(parsed.question)[:_MAX_TITLE_LENGTH]
            yield AskedQuestion(uid=make_uid(), question=question, teaser=write_markdown(parsed.answer, write=str))
        for part in chapter.parts:
            yield AskedQuestion(uid=make_uid(), question=part.title[:_MAX_TITLE_LENGTH], teaser=part.text)


def _build_topics(
    chapters: Iterable[_Chapter], known_names: KnownNames, make_uid: Callable[[], UUID]
) -> Iterator[NamedTopic]:
    """Yield the topics of each chapter: first those in its text, then its headings one level down."""
    for chapter in chapters:
        part_of_list = Part(TOPICS, chapter.title, chapter.line, chapter.content)
        topics, _ = parse_topics([part_of_list], known_names, make_uid, write=str)
        yield from topics
        for part in chapter.parts:
            match = known_names.find_topic(part.title)
            uid, name = match or (None, part.title[:200])
            yield NamedTopic(uid=make_uid(), topic=uid, name=name, description=part.text)
