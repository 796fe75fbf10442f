"""Checks of house style."""

from collections import defaultdict

from stories.checks.context import Context
from stories.checks.findings import Fix, Level
from stories.checks.house_style import Entry, Match, find
from stories.checks.quotations import quotations
from stories.checks.registry import Found, check
from stories.checks.texts import lines, texts
from stories.documents import AnyDocument


@check("house.spelling", level=Level.HINT)
def written_as_the_house_writes(document: AnyDocument, context: Context) -> Found:
    """Words are written as the house dictionary says; quotations keep the words of whoever said them."""
    for entry, matches, anchor in _not_so(document, context, is_banned=False):
        words = f"“{matches[0].instead}” is how it is written here, not “{entry.written}”{_often(matches)}."
        yield f"{words}{_why(entry)}", anchor, Fix(entry.key, entry.preferred)


@check("house.banned", level=Level.WARNING)
def no_banned_words(document: AnyDocument, context: Context) -> Found:
    """No word is used that the house dictionary bans, but in quotations."""
    for entry, matches, anchor in _not_so(document, context, is_banned=True):
        yield f"“{entry.written}” is not used here{_often(matches)}.{_why(entry)}", anchor


def matches_in(text: str, entries: tuple[Entry, ...], language: str) -> list[Match]:
    """Return the deviations of a text from house style, outside of quotations."""
    return find(text, entries, language, but=quotations(text, language).spans) if entries else []


def _not_so(document: AnyDocument, context: Context, *, is_banned: bool) -> list[tuple[Entry, list[Match], str]]:
    entries = tuple(entry for entry in context.house_words if bool(entry.preferred) is not is_banned)
    found = []
    for words, anchor in (*lines(document), *texts(document)) if entries else ():
        by_entry: dict[Entry, list[Match]] = defaultdict(list)
        for match in matches_in(words, entries, document.language):
            by_entry[match.entry].append(match)
        found += [(entry, matches, anchor) for entry, matches in by_entry.items()]
    return found


def _often(matches: list[Match]) -> str:
    return f" ({len(matches)} times)" if len(matches) > 1 else ""


def _why(entry: Entry) -> str:
    return f" {entry.reason}" if entry.reason else ""
