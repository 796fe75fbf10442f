"""Apply what settles a finding to a submitted form: replace a word in one field, or add a missing section."""

from collections.abc import Iterable

from django.http import QueryDict

from newsroom.http.converters import parse_number
from stories import checks
from stories.checks import Finding, house_style
from stories.documents import SECTION_KINDS

# Name of the button; its value consists of the id of the field and the key of the house style entry, or of the id of the
# sections and the kind of a new one.
FIX_BUTTON = "_fix"
_SECTIONS = "rows-sections"
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
    if target == _SECTIONS and key in SECTION_KINDS:
        return _add_section(fixed, key)
    name = target.removeprefix("id_")
    text = fixed.get(name, "")
    entry = next((each for each in house_style.load_entries() if str(each.key) == key), None)
    matches = checks.find_deviations(text, (entry,), fixed.get("language", "")) if entry else []
    if entry is None or not matches:
        return fixed, "Already fixed. Not saved yet."
    fixed[name] = house_style.replace_matches(text, matches)
    return fixed, f"“{entry.written}” replaced with “{entry.preferred}”. Not saved yet: check it, then save."


def _add_section(fixed: QueryDict, kind: str) -> tuple[QueryDict, str]:
    """Give the first new row of the sections that nobody has filled in this kind."""
    total = parse_number(fixed.get("sections-TOTAL_FORMS", ""), digits=5) or 0
    first_new = parse_number(fixed.get("sections-INITIAL_FORMS", ""), digits=5) or 0
    for number in range(first_new, total):
        prefix = f"sections-{number}"
        if not any(fixed.get(f"{prefix}-{name}", "").strip() for name in ("kind", "heading", "text")):
            fixed[f"{prefix}-kind"] = kind
            return fixed, f"“{SECTION_KINDS[kind].heading}” added. Not saved yet: write it, then save."
    return fixed, "Save first, then add the section."


def _utf16_position(text: str, position: int) -> int:
    return len(text[:position].encode("utf-16-le")) // 2
