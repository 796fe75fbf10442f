"""Parse plain text with the layout of an explainer or of a question page into a document with notes."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

from stories.documents import AnyDocument
from stories.documents.parse.headings import QUESTION_LIKE_SECTIONS, QUESTION_PAGE_PARTS
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note, ParsedDocument, UnreadableDocumentError
from stories.documents.parse.text.first_line import take_first_line
from stories.documents.parse.text.layout import lay_out
from stories.documents.parse.text.question_page import parse_question_page
from stories.documents.parse.text.questions import is_question
from stories.documents.parse.text.story import StoryParser
from stories.documents.parse.text.unknown_headings import find_unknown_headings

__all__ = ["parse_text"]


def parse_text(text: str, known_names: KnownNames, *, make_uid: Callable[[], UUID] = uuid4) -> ParsedDocument:
    """Return the story or the question page in a decoded text (see ``stories.documents.parse.decode``).

    Raise UnreadableDocumentError if the text is empty, exceeds a limit, or has neither a known heading nor a question
    with an answer.
    """
    layout = lay_out(text)
    if not layout.last_line:
        raise UnreadableDocumentError(1, "The file is empty.")
    sections = [part for part in layout.parts if part.code not in QUESTION_PAGE_PARTS]
    if all(part.code in QUESTION_LIKE_SECTIONS and is_question(part.heading) for part in sections):
        page = parse_question_page(lay_out(text, headings=QUESTION_PAGE_PARTS), known_names, make_uid)
        if page and (len(page[0].answers) > len(sections) or (page[0].state and not sections)):
            document, notes = page
            return _with_sorted_notes(document, [*notes, *find_unknown_headings(text, of_page=True)])
    if not layout.parts:
        raise UnreadableDocumentError(
            1, "No known heading found, such as “What’s happened”, and no question with an answer."
        )
    parser = StoryParser(layout, known_names, make_uid)
    story = parser.parse()
    parsed = _with_sorted_notes(story, [*parser.notes, *find_unknown_headings(text, of_page=False)])
    return replace(parsed, with_first_line=take_first_line(parsed, layout))


def _with_sorted_notes(document: AnyDocument, notes: list[Note]) -> ParsedDocument:
    return ParsedDocument(document, tuple(sorted(notes, key=lambda note: note.line)))
