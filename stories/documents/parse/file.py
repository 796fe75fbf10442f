"""Parse a file in one of the import formats into a document with notes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from uuid import UUID, uuid4

from pydantic import ValidationError

from stories.documents import AnyDocument, Explainer
from stories.documents.export.markdown import HEADING
from stories.documents.parse.body import describe_errors
from stories.documents.parse.decode import decode
from stories.documents.parse.headings import find_part_code
from stories.documents.parse.json import parse_json
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.limits import validate_document
from stories.documents.parse.markdown import parse_markdown
from stories.documents.parse.notes import ParsedDocument, UnreadableDocumentError
from stories.documents.parse.text import parse_text
from stories.documents.parse.time_limit import MAX_SECONDS, check_time, limit_time

IMPORT_FORMATS = ("text", "markdown", "json")
MAX_TITLE_LENGTH = 300
_FORMAT_BY_SUFFIX = {".md": "markdown", ".markdown": "markdown", ".json": "json"}
_TITLE_NOTES = frozenset(["headline-missing", "question-missing"])


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The content of a file, and the format in which it was read."""

    imported: ParsedDocument
    format: str


def parse_file(
    data: bytes,
    known_names: KnownNames | Callable[[], KnownNames],
    *,
    name: str = "",
    format: str | None = None,
    headline: str | None = None,
    make_uid: Callable[[], UUID] = uuid4,
    max_seconds: float = MAX_SECONDS,
) -> ParsedFile:
    """Return the document in the file.

    The format is ``format``, or else follows from the file extension of ``name``, or else is guessed from the content.
    ``known_names`` may be a function that returns the names; it is called only if they are needed. ``headline`` becomes
    the headline of a story or the question of a question page, and counts as confirmed. ``make_uid`` returns a new uid
    for each part that has none. ``max_seconds`` limits the processor time. Raise UnreadableDocumentError, with the line
    and the reason, if the file cannot be imported.
    """
    text, notes = decode(data)
    file_format = format or _FORMAT_BY_SUFFIX.get(PurePath(name).suffix.lower()) or _guess_format(text)
    try:
        with limit_time(max_seconds):
            imported = _parse(text, file_format, known_names, make_uid)
            check_time(1)
    except ValidationError as error:
        raise UnreadableDocumentError(1, describe_errors(error)) from error
    validate_document(imported.document)
    imported = replace(imported, notes=(*notes, *imported.notes))
    if headline:
        remaining = tuple(note for note in imported.notes if note.code not in _TITLE_NOTES)
        imported = ParsedDocument(set_title(imported.document, headline), remaining, imported.has_own_uid)
    return ParsedFile(imported, file_format)


def _parse(
    text: str, format: str, known_names: KnownNames | Callable[[], KnownNames], make_uid: Callable[[], UUID]
) -> ParsedDocument:
    if format == "json":
        return parse_json(text, make_uid=make_uid)
    names = known_names if isinstance(known_names, KnownNames) else known_names()
    if format == "markdown":
        return parse_markdown(text, names, make_uid=make_uid)
    return parse_text(text, names, make_uid=make_uid)


def set_title(document: AnyDocument, headline: str) -> AnyDocument:
    """Return the document with ``headline`` as its confirmed headline or question.

    White space is normalised. Raise UnreadableDocumentError if the headline is longer than ``MAX_TITLE_LENGTH``.
    """
    title = " ".join(headline.split())
    if len(title) > MAX_TITLE_LENGTH:
        raise UnreadableDocumentError(1, f"The headline is longer than {MAX_TITLE_LENGTH} characters.")
    if isinstance(document, Explainer):
        return document.changed(headline=title, headline_confirmed=True)
    return document.changed(question=title, question_confirmed=True)


def _guess_format(text: str) -> str:
    if text.lstrip().startswith("{"):
        return "json"
    headings = (HEADING.fullmatch(line) for line in text.split("\n") if line.startswith("#"))
    is_markdown = any(match and find_part_code(match[2] or "") for match in headings)
    return "markdown" if is_markdown or text.startswith("---\n") else "text"
