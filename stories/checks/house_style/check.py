"""Checks of house style."""

from collections import defaultdict

from stories.checks.context import CheckContext
from stories.checks.findings import Fix, Level
from stories.checks.house_style import Entry, Match, find_matches
from stories.checks.quotations import parse_quotations
from stories.checks.registry import Found, check
from stories.checks.texts import list_lines, list_texts
from stories.documents import AnyDocument


@check("house.spelling", level=Level.HINT)
def written_as_the_house_writes(document: AnyDocument, context: CheckContext) -> Found:
    """Words are written as the house dictionary says; quotations keep the words of whoever said them."""
    for entry, matches, anchor in _not_so(document, context, is_banned=False):
        words = f"“{matches[0].replacement}” is how it is written here, not “{entry.written}”{_format_count(matches)}."
        yield f"{words}{_why(entry)}", anchor, Fix(entry.key, entry.preferred)


@check("house.banned", level=Level.WARNING)
def no_banned_words(document: AnyDocument, context: CheckContext) -> Found:
    """No word is used that the house dictionary bans, but in quotations."""
    for entry, matches, anchor in _not_so(document, context, is_banned=True):
        yield f"“{entry.written}” is not used here{_format_count(matches)}.{_why(entry)}", anchor


def find_deviations(text: str, entries: tuple[Entry, ...], language: str) -> list[Match]:
    """Return the deviations of a text from house style, outside of quotations."""
    return find_matches(text, entries, language, skip=parse_quotations(text, language).spans) if entries else []


def _not_so(document: AnyDocument, context: CheckContext, *, is_banned: bool) -> list[tuple[Entry, list[Match], str]]:
    entries = tuple(entry for entry in context.house_words if bool(entry.preferred) is not is_banned)
    found = []
    for words, anchor in (*list_lines(document), *list_texts(document)) if entries else ():
        by_entry: dict[Entry, list[Match]] = defaultdict(list)
        for match in find_deviations(words, entries, document.language):
            by_entry[match.entry].append(match)
        found += [(entry, matches, anchor) for entry, matches in by_entry.items()]
    return found


def _format_count(matches: list[Match]) -> str:
    return f" ({len(matches)} times)" if len(matches) > 1 else ""


def _why(entry: Entry) -> str:
    return f" {entry.reason}" if entry.reason else ""
