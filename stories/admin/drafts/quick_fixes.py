"""Replace a word with the one that house style prefers, in one field of a submitted form."""

from collections.abc import Iterable

from django.http import QueryDict

from stories import checks
from stories.checks import Finding, house_style

# Name of the button; its value consists of the id of the field and the key of the house style entry.
FIX_BUTTON = "_fix"
type Span = tuple[int, int, str]


def locate_fixes(located: Iterable[tuple[Finding, str]], posted: QueryDict, *, language: str) -> dict[str, list[Span]]:
    """Return the start, end and replacement of all matches that a button fixes, keyed by the value of the button.

    Positions are counted in UTF-16 code units, as in JavaScript.
    """
    fixable = [(each.fix.entry, target) for each, target in located if each.fix]
    entries = {entry.key: entry for entry in house_style.load_entries()} if fixable else {}
    spans = {}
    for key, target in fixable:
        text = posted.get(target.removeprefix("id_"), "")
        matches = checks.find_deviations(text, (entries[key],), language) if key in entries else []
        spans[f"{target} {key}"] = [
            (_utf16_position(text, match.start), _utf16_position(text, match.end), match.replacement)
            for match in matches
        ]
    return spans


def apply_fix(posted: QueryDict) -> tuple[QueryDict, str]:
    """Return a copy of the submitted form with the quick fix applied, and a sentence that reports the outcome."""
    fixed = posted.copy()
    target, _, key = fixed.pop(FIX_BUTTON)[-1].rpartition(" ")
    name = target.removeprefix("id_")
    text = fixed.get(name, "")
    entry = next((each for each in house_style.load_entries() if str(each.key) == key), None)
    matches = checks.find_deviations(text, (entry,), fixed.get("language", "")) if entry else []
    if entry is None or not matches:
        return fixed, "Already fixed. Not saved yet."
    fixed[name] = house_style.replace_matches(text, matches)
    return fixed, f"“{entry.written}” replaced with “{entry.preferred}”. Not saved yet: check it, then save."


def _utf16_position(text: str, position: int) -> int:
    return len(text[:position].encode("utf-16-le")) // 2
