"""Writes a document as plain text of the shape it is imported from: the same words in the same order."""

import re
from collections.abc import Iterator

from newsroom.text.plain import words_of
from stories.documents import AnyDocument, Explainer, Passage, QuestionPage
from stories.documents.headings import TOPICS, usual_heading

_ITEM = "-"
_LIST = re.compile(r"- \S")


def to_text(document: AnyDocument) -> str:
    """Return the words of the document: headings on lines of their own, paragraph for paragraph, marks left out.

    Texts of this shape name neither their headline nor the question they answer; both are left out.
    """
    if isinstance(document, Explainer):
        return "".join(f"{part}\n" for part in _of_story(document) if part)
    return "\n".join(f"{part}\n" for part in _of_page(document) if part)


def _of_story(story: Explainer) -> Iterator[str]:
    yield _prose(story.standfirst)
    for section in story.sections:
        yield section.heading or usual_heading(section.kind, story.language)
        yield _coverage(story.passages) if section.kind == "papers" else _prose(section.text)
    if not any(section.kind == "papers" for section in story.sections):
        yield _coverage(story.passages)
    headings = story.headings
    if story.questions or story.topics or story.cut_off:
        yield headings.deeper
    if story.questions or story.cut_off:
        yield headings.questions
    for asked in story.questions:
        yield _lines(_ITEM, _plain(asked.question), _prose(asked.teaser))
    if story.topics or story.cut_off:
        yield headings.topics
    for topic in story.topics:
        yield _lines(_ITEM, _prose(topic.description) or _plain(topic.name))


def _of_page(page: QuestionPage) -> Iterator[str]:
    yield _prose(page.introduction)
    for answer in page.answers:
        yield _lines(_plain(answer.question), _prose(answer.text))
    if page.topics:
        yield usual_heading(TOPICS, page.language)
    for topic in page.topics:
        yield _lines(_ITEM, _prose(topic.description) or _plain(topic.name))


def _coverage(passages: tuple[Passage, ...]) -> str:
    """Return the passages as the paragraphs they came in."""
    paragraphs: list[str] = []
    for passage in passages:
        words = _prose(passage.text)
        if paragraphs and not passage.opens_paragraph:
            paragraphs[-1] = f"{paragraphs[-1]} {words}"
        else:
            paragraphs.append(words)
    return "\n\n".join(paragraphs)


def _prose(markdown: str) -> str:
    """Return Markdown as paragraphs parted by blank lines; the items of a plain list get the mark they came with."""
    if not _LIST.search(markdown):
        return words_of(markdown)
    blocks: list[str] = []
    for block in _blocks(markdown):
        words = words_of(block)
        blocks.append(f"{_ITEM}\n{words}" if _LIST.match(block) else words)
    return "\n\n".join(block for block in blocks if block)


def _blocks(markdown: str) -> Iterator[str]:
    """Yield the blocks of Markdown that begin a line without a space, each with the indented lines under it."""
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
