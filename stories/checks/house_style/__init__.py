"""House style: find the words in a text that should be replaced or avoided, and maintain the entries."""

from stories.checks.house_style.match import Entry, Match, find_matches, list_written, replace_matches
from stories.checks.house_style.words import ADD_PERMISSION, RefusedLine, import_entries, load_entries

__all__ = [
    "ADD_PERMISSION",
    "Entry",
    "Match",
    "RefusedLine",
    "find_matches",
    "import_entries",
    "list_written",
    "load_entries",
    "replace_matches",
]
