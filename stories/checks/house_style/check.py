"""Checks that texts follow house style."""

from collections import defaultdict

from newsroom.text.quotation_marks import parse_quotations
from stories.checks.context import CheckContext
from stories.checks.findings import Fix, Level
from stories.checks.house_style import Entry, Match, find_matches, list_written
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_lines, list_texts
from stories.documents import AnyDocument


@check("house.spelling", level=Level.HINT)
def spelling_follows_house_style(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Spelling follows house style outside quotations."""
    for entry, matches, anchor in _find_by_entry(document, context, is_banned=False):
        message = f"Write “{matches[0].replacement}”, not “{entry.written}”{_format_count(matches)}."
        yield f"{message}{_format_reason(entry)}", anchor, Fix(entry.key, entry.preferred)


@check("house.banned", level=Level.WARNING)
def no_banned_words(document: AnyDocument, context: CheckContext) -> RawFindings:
    """No banned words outside quotations."""
    for entry, matches, anchor in _find_by_entry(document, context, is_banned=True):
        yield f"Avoid “{entry.written}”{_format_count(matches)}.{_format_reason(entry)}", anchor


def find_deviations(text: str, entries: tuple[Entry, ...], language: str) -> list[Match]:
    """Return the deviations of a text from house style, except those in quotations."""
    # Quotations are parsed only in the few texts that may deviate.
    found = list_written(text, entries, language)
    return find_matches(text, found, language, skip=parse_quotations(text, language).spans) if found else []


def _find_by_entry(
    document: AnyDocument, context: CheckContext, *, is_banned: bool
) -> list[tuple[Entry, list[Match], str]]:
    entries = tuple(entry for entry in context.house_words if bool(entry.preferred) is not is_banned)
    deviations = []
    for words, anchor in (*list_lines(document), *list_texts(document)) if entries else ():
        by_entry: dict[Entry, list[Match]] = defaultdict(list)
        for match in find_deviations(words, entries, document.language):
            by_entry[match.entry].append(match)
        deviations += [(entry, matches, anchor) for entry, matches in by_entry.items()]
    return deviations


def _format_count(matches: list[Match]) -> str:
    return f" ({len(matches)} times)" if len(matches) > 1 else ""


def _format_reason(entry: Entry) -> str:
    return f" {entry.reason}" if entry.reason else ""
