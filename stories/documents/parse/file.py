"""Parse a file in any of the three formats into a document with notes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID, uuid4

from pydantic import ValidationError

from stories.documents import AnyDocument, Explainer
from stories.documents.export.markdown import HEADING
from stories.documents.parse.body import in_words
from stories.documents.parse.decode import decode
from stories.documents.parse.headings import part_of
from stories.documents.parse.json import read_json
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.limits import refuse_unsound
from stories.documents.parse.markdown import read_markdown
from stories.documents.parse.notes import Imported, UnreadableDocumentError
from stories.documents.parse.text import read_text

FORMATS = ("text", "markdown", "json")
LONGEST_TITLE = 300
_ENDINGS = {".md": "markdown", ".markdown": "markdown", ".json": "json"}
_TITLE_NOTES = frozenset(["headline-missing", "question-missing"])


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The content of a file, and the format as which it was read."""

    imported: Imported
    format: str


def read_file(
    data: bytes,
    known: KnownNames | Callable[[], KnownNames],
    *,
    name: str = "",
    format: str | None = None,
    headline: str | None = None,
    make_uid: Callable[[], UUID] = uuid4,
) -> ReadFile:
    """Return the document in the file.

    The format is ``format``, else that of the file extension of ``name``, else a guess from the content. ``known`` may
    be a function that returns the names; it is only called if they are needed. ``headline`` becomes the headline of a
    story or the question of a question page, and counts as confirmed. Raise UnreadableDocumentError, with line and
    reason, if the file cannot be taken.
    """
    text, notes = decode(data)
    chosen = format or _ENDINGS.get(PurePath(name).suffix.lower()) or _format_of(text)
    try:
        imported = _read(text, chosen, known, make_uid)
    except ValidationError as error:
        raise UnreadableDocumentError(1, in_words(error)) from error
    refuse_unsound(imported.document)
    all_notes = (*notes, *imported.notes)
    document = imported.document
    if headline:
        document = titled(document, headline)
        all_notes = tuple(note for note in all_notes if note.code not in _TITLE_NOTES)
    return ReadFile(Imported(document, all_notes, imported.has_identity), chosen)


def _read(
    text: str, format: str, known: KnownNames | Callable[[], KnownNames], make_uid: Callable[[], UUID]
) -> Imported:
    if format == "json":
        return read_json(text, make_uid=make_uid)
    names = known if isinstance(known, KnownNames) else known()
    if format == "markdown":
        return read_markdown(text, names, make_uid=make_uid)
    return read_text(text, names, make_uid=make_uid)


def titled(document: AnyDocument, headline: str) -> AnyDocument:
    """Return the document with ``headline`` as its confirmed headline or question.

    White space is normalised. Raise UnreadableDocumentError if the headline is longer than 300 characters.
    """
    title = " ".join(headline.split())
    if len(title) > LONGEST_TITLE:
        raise UnreadableDocumentError(1, f"The headline is longer than {LONGEST_TITLE} characters.")
    if isinstance(document, Explainer):
        return document.changed(headline=title, headline_confirmed=True)
    return document.changed(question=title, question_confirmed=True)


def _format_of(text: str) -> str:
    if text.lstrip().startswith("{"):
        return "json"
    headings = (HEADING.fullmatch(line) for line in text.split("\n") if line.startswith("#"))
    is_marked = any(match and part_of(match[2] or "") for match in headings)
    return "markdown" if is_marked or text.startswith("---\n") else "text"
