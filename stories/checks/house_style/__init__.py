"""The house dictionary: where a text does not write as the house does, and what it writes instead."""

from stories.checks.house_style.match import Entry, Match, find, replaced
from stories.checks.house_style.words import RIGHT, Refusal, entries, take_in

__all__ = ["RIGHT", "Entry", "Match", "Refusal", "entries", "find", "replaced", "take_in"]
