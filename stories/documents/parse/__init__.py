"""Parse text, Markdown and JSON into documents with notes. The known names are passed in; no database is used."""

from stories.documents.parse.decode import MAX_FILE_SIZE
from stories.documents.parse.file import IMPORT_FORMATS, ParsedFile, parse_file
from stories.documents.parse.known_names import KnownNames, index_outlets
from stories.documents.parse.notes import Note, ParsedDocument, UnreadableDocumentError
from stories.documents.parse.report import Report, build_refusal, build_report, summarize

__all__ = [
    "IMPORT_FORMATS",
    "MAX_FILE_SIZE",
    "KnownNames",
    "Note",
    "ParsedDocument",
    "ParsedFile",
    "Report",
    "UnreadableDocumentError",
    "build_refusal",
    "build_report",
    "index_outlets",
    "parse_file",
    "summarize",
]
