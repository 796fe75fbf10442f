"""Parse plain text, laid out as explainers are, into a document with notes."""

from collections.abc import Callable
from uuid import UUID, uuid4

from stories.documents import AnyDocument
from stories.documents.parse.headings import ASKED, OF_PAGES
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Imported, Note, UnreadableDocumentError
from stories.documents.parse.text.layout import lay_out
from stories.documents.parse.text.question_page import read_page
from stories.documents.parse.text.questions import is_question
from stories.documents.parse.text.story import StoryReader
from stories.documents.parse.text.unknown_headings import unknown_headings

__all__ = ["read_text"]


def read_text(text: str, known: KnownNames, *, make_uid: Callable[[], UUID] = uuid4) -> Imported:
    """Return the story or the question page in a decoded text (see `documents.parse.decode`).

    Raise UnreadableDocumentError if the text has neither a known heading nor a question with an answer.
    """
    layout = lay_out(text)
    if not layout.last_line:
        raise UnreadableDocumentError(1, "The file is empty.")
    sections = [part for part in layout.parts if part.code not in OF_PAGES]
    if all(part.code in ASKED and is_question(part.heading) for part in sections):
        page = read_page(lay_out(text, headings=OF_PAGES), known, make_uid)
        if page and len(page[0].answers) > len(sections):
            document, notes = page
            return _imported(document, [*notes, *unknown_headings(text, of_page=True)])
    if not layout.parts:
        raise UnreadableDocumentError(
            1, "There is no heading that is known here, such as “What’s happened”, and no question with an answer."
        )
    reader = StoryReader(layout, known, make_uid)
    return _imported(reader.read(), [*reader.notes, *unknown_headings(text, of_page=False)])


def _imported(document: AnyDocument, notes: list[Note]) -> Imported:
    return Imported(document, tuple(sorted(notes, key=lambda note: note.line)))
