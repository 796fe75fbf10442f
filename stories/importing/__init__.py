"""Reads what comes in as text, Markdown or JSON: (input, known names) to a document with notes. No ORM."""

from stories.importing.characters import LARGEST
from stories.importing.names import KnownNames, known_outlets
from stories.importing.notes import Imported, Note, RefusedError
from stories.importing.reading import FORMATS, ReadFile, read_file
from stories.importing.report import Report, refusal, report, summary

__all__ = [
    "FORMATS",
    "LARGEST",
    "Imported",
    "KnownNames",
    "Note",
    "ReadFile",
    "RefusedError",
    "Report",
    "known_outlets",
    "read_file",
    "refusal",
    "report",
    "summary",
]
