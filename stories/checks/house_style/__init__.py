"""House style: find words in a text that the dictionary replaces or bans."""

from stories.checks.house_style.match import Entry, Match, find_matches, replace_matches
from stories.checks.house_style.words import ADD_PERMISSION, RefusedLine, import_entries, load_entries

__all__ = [
    "ADD_PERMISSION",
    "Entry",
    "Match",
    "RefusedLine",
    "find_matches",
    "import_entries",
    "load_entries",
    "replace_matches",
]
