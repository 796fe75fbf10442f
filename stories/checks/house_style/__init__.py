"""House style: find where a text deviates from the dictionary, and what it should say instead."""

from stories.checks.house_style.match import Entry, Match, find, replaced
from stories.checks.house_style.words import RIGHT, Refusal, entries, take_in

__all__ = ["RIGHT", "Entry", "Match", "Refusal", "entries", "find", "replaced", "take_in"]
