"""Parse text, Markdown and JSON into documents with notes, given the known names; no database is used."""

from stories.documents.parse.decode import LARGEST
from stories.documents.parse.file import FORMATS, ReadFile, read_file
from stories.documents.parse.known_names import KnownNames, known_outlets
from stories.documents.parse.notes import Imported, Note, UnreadableDocumentError
from stories.documents.parse.report import Report, refusal, report, summary

__all__ = [
    "FORMATS",
    "LARGEST",
    "Imported",
    "KnownNames",
    "Note",
    "ReadFile",
    "Report",
    "UnreadableDocumentError",
    "known_outlets",
    "read_file",
    "refusal",
    "report",
    "summary",
]
