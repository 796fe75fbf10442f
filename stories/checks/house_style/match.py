"""Find and replace deviations from house style in a text, without a database."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from newsroom.text.fold import fold
from newsroom.text.writing_systems import UNSPACED_SCRIPTS

# Matches text that is not prose: URLs, e-mail addresses, code and references.
_NOT_PROSE = re.compile(
    r"`+[^`]*`+|\]\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)|<[a-z][a-z0-9+.-]*:[^<>]*>|\b[a-z][a-z0-9+.-]{0,31}://\S+"
    r"|\b(?:story|question|topic|picture):[\w-]+|\[@\d+\]|\b[\w.+-]{1,64}@[\w-]+\.\w+",
    re.IGNORECASE,
)
_EQUIVALENT_CHARACTERS = {"'": "['’]", "’": "['’]", "-": "[-\u2010\u2011]"}
_SENTENCE_START = re.compile(r"(?:^|[.!?…]['\"”’)\]*_]*\s+|\n\s*)[\W_]*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A house style entry: the form ``preferred`` replaces the form ``written``.

    ``preferred`` is empty if the word is banned. An empty ``language`` means every language; “en” includes “en-gb”.
    """

    key: int
    written: str
    preferred: str = ""
    reason: str = ""
    language: str = ""
    is_case_sensitive: bool = False

    def applies_to(self, language: str) -> bool:
        """Return whether the entry applies to a language."""
        own, other = self.language.lower(), language.lower()
        return not own or other == own or other.startswith(f"{own}-")


@dataclass(frozen=True, slots=True)
class Match:
    """An occurrence of an entry in a text, from ``start`` to just before ``end``, with its replacement."""

    entry: Entry
    start: int
    end: int
    replacement: str


def find_matches(
    text: str, entries: Iterable[Entry], language: str, *, skip: Iterable[tuple[int, int]] = ()
) -> list[Match]:
    """Return, in order, the places where ``text``, which is Markdown, deviates from the entries.

    A word ends where no letter, digit, underscore or combining mark follows. In scripts without spaces between words, a
    match can start and end anywhere. If matches overlap, only the first is returned; if they start at the same place,
    only the longest. URLs, e-mail addresses, code, references and the spans in ``skip`` are ignored. A preferred form
    is not a match, even if it is capitalised at the start of a sentence or written in capitals.
    """
    found = list_written(text, entries, language)
    skipped = _merge_spans([*skip, *(match.span() for match in _NOT_PROSE.finditer(text))])
    matches = [match for entry in found for match in _iter_matches(text, entry) if not _overlaps(skipped, match)]
    return list(_drop_overlapping(sorted(matches, key=lambda match: (match.start, -match.end, match.entry.key))))


def list_written(text: str, entries: Iterable[Entry], language: str) -> list[Entry]:
    """Return the entries whose written form is anywhere in a text. Without one, the text has no match."""
    folded = fold(text)
    return [entry for entry in entries if _fold_written(entry.written) in folded and entry.applies_to(language)]


def replace_matches(text: str, matches: Iterable[Match]) -> str:
    """Return ``text`` with each match replaced."""
    parts: list[str] = []
    end = 0
    for match in sorted(matches, key=lambda match: match.start):
        parts += text[end : match.start], match.replacement
        end = match.end
    return "".join([*parts, text[end:]])


def _merge_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order. Overlapping and adjacent spans are merged."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _overlaps(spans: Sequence[tuple[int, int]], match: Match) -> bool:
    index = bisect_right(spans, match.start, key=itemgetter(1))
    return index < len(spans) and spans[index][0] < match.end


def _iter_matches(text: str, entry: Entry) -> Iterator[Match]:
    preferred_spans = _preferred_spans(text, entry)
    for match in _compile_pattern(entry.written, is_case_sensitive=entry.is_case_sensitive).finditer(text):
        start, end = match.span()
        if end < len(text) and unicodedata.category(text[end]).startswith("M"):
            continue
        index = bisect_right(preferred_spans, start, key=itemgetter(0)) - 1
        if index >= 0 and end <= preferred_spans[index][1]:
            continue
        replacement = _build_replacement(text, match[0], start, entry)
        if match[0] != replacement:
            yield Match(entry, start, end, replacement)


def _preferred_spans(text: str, entry: Entry) -> list[tuple[int, int]]:
    """Return the spans of the preferred form, in order, if it contains the written form and more, or else [].

    An example is an entry that replaces “Lisle” or “lisle” with “Port Lisle”.
    """
    written, preferred = fold(entry.written), fold(entry.preferred)
    if written == preferred or written not in preferred:
        return []
    return [match.span() for match in _compile_pattern(entry.preferred, is_case_sensitive=False).finditer(text)]


def _build_replacement(text: str, written: str, start: int, entry: Entry) -> str:
    """Return the preferred form, capitalised as its place in the text requires, or "" for a banned word."""
    preferred = entry.preferred
    if not preferred:
        return ""
    letters = [character for character in written if character.isalpha()]
    if len(letters) > 1 and written.isupper() and not entry.written.isupper() and not entry.is_case_sensitive:
        return preferred.upper()
    is_capitalised = written[:1].isupper() and (entry.written[:1].islower() or _begins_sentence(text, start))
    return preferred[:1].upper() + preferred[1:] if is_capitalised else preferred


def _begins_sentence(text: str, start: int) -> bool:
    return bool(_SENTENCE_START.search(text[max(0, start - 20) : start]))


def _drop_overlapping(matches: Iterable[Match]) -> Iterator[Match]:
    end = -1
    for match in matches:
        if match.start >= end:
            end = match.end
            yield match


_fold_written = lru_cache(maxsize=4_096)(fold)


@lru_cache(maxsize=4_096)
def _compile_pattern(written: str, *, is_case_sensitive: bool) -> re.Pattern[str]:
    first, last = written[0], written[-1]
    before = rf"(?<![^\W{UNSPACED_SCRIPTS}])" if re.match(rf"[^\W{UNSPACED_SCRIPTS}]", first) else ""
    after = rf"(?![^\W{UNSPACED_SCRIPTS}])" if re.match(rf"[^\W{UNSPACED_SCRIPTS}]", last) else ""
    body = r"\s+".join("".join(map(_character_pattern, unicodedata.normalize("NFC", part))) for part in written.split())
    return re.compile(before + body + after, 0 if is_case_sensitive else re.IGNORECASE)


def _character_pattern(character: str) -> str:
    """Return a pattern that matches one character, composed or decomposed."""
    decomposed = unicodedata.normalize("NFD", character)
    composed = _EQUIVALENT_CHARACTERS.get(character, re.escape(character))
    return f"(?:{composed}|{re.escape(decomposed)})" if decomposed != character else composed
