"""Replace a word by the one that house style prefers, in one field of a submitted form."""

from collections.abc import Iterable

from django.http import QueryDict

from stories import checks
from stories.checks import Finding, house_style

# Name of the button; its value holds the id of the field and the key of the entry.
FIX_BUTTON = "_fix"
type Span = tuple[int, int, str]


def locate_fixes(located: Iterable[tuple[Finding, str]], posted: QueryDict, *, language: str) -> dict[str, list[Span]]:
    """Return, by the value of each fix's button, what it replaces in its field: start, end and replacement.

    Positions are counted as JavaScript counts them, in UTF-16 code units.
    """
    wanted = [(each.fix.entry, target) for each, target in located if each.fix]
    entries = {entry.key: entry for entry in house_style.load_entries()} if wanted else {}
    found = {}
    for key, target in wanted:
        text = posted.get(target.removeprefix("id_"), "")
        matches = checks.find_deviations(text, (entries[key],), language) if key in entries else []
        found[f"{target} {key}"] = [
            (_units(text, match.start), _units(text, match.end), match.replacement) for match in matches
        ]
    return found


def apply_fix(posted: QueryDict) -> tuple[QueryDict, str]:
    """Return the submitted form with the quick fix applied, and a sentence that says what was done."""
    sent = posted.copy()
    target, _, key = sent.pop(FIX_BUTTON)[-1].rpartition(" ")
    name = target.removeprefix("id_")
    text = sent.get(name, "")
    entry = next((each for each in house_style.load_entries() if str(each.key) == key), None)
    matches = checks.find_deviations(text, (entry,), sent.get("language", "")) if entry else []
    if entry is None or not matches:
        return sent, "There was nothing to put right any more. Nothing is saved yet."
    sent[name] = house_style.replace_matches(text, matches)
    return sent, f"“{entry.written}” is “{entry.preferred}” now. Nothing is saved yet: look at it, and save."


def _units(text: str, place: int) -> int:
    return len(text[:place].encode("utf-16-le")) // 2
