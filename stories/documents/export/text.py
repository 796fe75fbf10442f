"""Export as plain text, in the shape that imports read or in another one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newsroom.text.plain import plain_text
from stories.documents import SECTION_KINDS, AnyDocument, Explainer, Passage, QuestionPage
from stories.documents.headings import TOPICS, usual_heading

_LIST = re.compile(r"- \S")


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A format of plain text: how Markdown becomes plain text, and how list items are marked and separated."""

    words: Callable[[str, str], str]
    item: Callable[[str], str]
    between_items: str


IMPORT_FORMAT = TextFormat(lambda markdown, convention: plain_text(markdown), "-\n{}".format, "\n\n")


def to_text(document: AnyDocument) -> str:
    """Return the document as plain text in the shape of imports, without markup and with headings on their own lines.

    Headline and question are left out, because texts of this shape have neither.
    """
    if isinstance(document, Explainer):
        return "".join(f"{part}\n" for part in _of_story(document) if part)
    return "\n".join(f"{part}\n" for part in _of_page(document) if part)


def iter_sections(story: Explainer, shape: TextFormat) -> Iterator[tuple[str, str]]:
    """Yield the heading and the text of each section; passages without a section come last, with an empty heading."""
    for section in story.sections:
        heading = section.heading or usual_heading(section.kind, story.language)
        convention = SECTION_KINDS[section.kind].convention
        is_papers = section.kind == "papers"
        yield (
            heading,
            _coverage(story.passages, shape) if is_papers else markdown_to_text(section.text, shape, convention),
        )
    if not any(section.kind == "papers" for section in story.sections):
        yield "", _coverage(story.passages, shape)


def markdown_to_text(markdown: str, shape: TextFormat, convention: str = "") -> str:
    """Return Markdown as paragraphs separated by blank lines, with plain list items in the form of ``shape``."""
    if not _LIST.search(markdown):
        return shape.words(markdown, convention)
    written = ""
    was_item = False
    for block in _blocks(markdown):
        is_item = _LIST.match(block) is not None
        if words := shape.words(block, convention):
            parted = (shape.between_items if was_item and is_item else "\n\n") if written else ""
            written += parted + (shape.item(words) if is_item else words)
            was_item = is_item
    return written


def _of_story(story: Explainer) -> Iterator[str]:
    yield markdown_to_text(story.standfirst, IMPORT_FORMAT)
    for section in iter_sections(story, IMPORT_FORMAT):
        yield from section
    headings = story.headings
    if story.questions or story.topics or story.cut_off:
        yield headings.deeper
    if story.questions or story.cut_off:
        yield headings.questions
    for asked in story.questions:
        yield IMPORT_FORMAT.item(_lines(_plain(asked.question), markdown_to_text(asked.teaser, IMPORT_FORMAT)))
    if story.topics or story.cut_off:
        yield headings.topics
    for topic in story.topics:
        yield IMPORT_FORMAT.item(markdown_to_text(topic.description, IMPORT_FORMAT) or _plain(topic.name))


def _of_page(page: QuestionPage) -> Iterator[str]:
    yield markdown_to_text(page.introduction, IMPORT_FORMAT)
    for answer in page.answers:
        yield _lines(_plain(answer.question), markdown_to_text(answer.text, IMPORT_FORMAT))
    if page.topics:
        yield usual_heading(TOPICS, page.language)
    for topic in page.topics:
        yield IMPORT_FORMAT.item(markdown_to_text(topic.description, IMPORT_FORMAT) or _plain(topic.name))


def _coverage(passages: tuple[Passage, ...], shape: TextFormat) -> str:
    """Return the passages, joined to the paragraphs in which they were imported."""
    paragraphs: list[str] = []
    for passage in passages:
        words = markdown_to_text(passage.text, shape)
        if paragraphs and not passage.opens_paragraph:
            paragraphs[-1] = f"{paragraphs[-1]} {words}"
        else:
            paragraphs.append(words)
    return "\n\n".join(paragraphs)


def _blocks(markdown: str) -> Iterator[str]:
    """Yield list items, each with the indented lines under it, and the text between them."""
    gathered: list[str] = []
    is_item = False
    for line in markdown.split("\n"):
        begins_item = _LIST.match(line) is not None
        if gathered and (begins_item or (is_item and line and not line.startswith(" "))):
            yield "\n".join(gathered)
            gathered = []
        if begins_item or not gathered:
            is_item = begins_item
        gathered.append(line)
    yield "\n".join(gathered)


def _plain(line: str) -> str:
    return " ".join(line.split())


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
