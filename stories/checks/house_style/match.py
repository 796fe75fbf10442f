"""Find entries of the house style in a text, without a database."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from newsroom.text.fold import fold
from newsroom.text.writing_systems import UNSPACED_SCRIPTS

# What is not prose: addresses, code, references.
_NO_WORDS = re.compile(
    r"`+[^`]*`+|\]\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)|<[a-z][a-z0-9+.-]*:[^<>]*>|\b[a-z][a-z0-9+.-]{0,31}://\S+"
    r"|\b(?:story|question|topic|picture):[\w-]+|\[@\d+\]|\b[\w.+-]{1,64}@[\w-]+\.\w+",
    re.IGNORECASE,
)
_SAME = {"'": "['’]", "’": "['’]", "-": "[-\u2010\u2011]"}
_BEGINS = re.compile(r"(?:^|[.!?…]['\"”’)\]*_]*\s+|\n\s*)[\W_]*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase that is not to be ``written``, with its ``preferred`` form.

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
    """An entry found in a text, from ``start`` to just before ``end``, with its replacement ``replacement``."""

    entry: Entry
    start: int
    end: int
    replacement: str


def find_matches(
    text: str, entries: Iterable[Entry], language: str, *, skip: Iterable[tuple[int, int]] = ()
) -> list[Match]:
    """Return the deviations of ``text``, which is Markdown, from the entries, in order.

    A word ends where no letter, digit or combining mark follows. In scripts without spaces between words, matches may
    be anywhere. Of overlapping matches, the first counts, and of those at one place the longest. Addresses, code and
    the spans of ``but`` are skipped. A preferred form is no match, even with the capital of a sentence or all in
    capitals.
    """
    folded = fold(text)
    hidden = _joined([*skip, *(match.span() for match in _NO_WORDS.finditer(text))])
    found = [
        match
        for entry in entries
        if entry.applies_to(language) and fold(entry.written) in folded
        for match in _matches(text, entry)
        if not _overlaps(hidden, match)
    ]
    return list(_apart(sorted(found, key=lambda match: (match.start, -match.end, match.entry.key))))


def replace_matches(text: str, matches: Iterable[Match]) -> str:
    """Return ``text`` with each match replaced."""
    parts: list[str] = []
    end = 0
    for match in sorted(matches, key=lambda match: match.start):
        parts += text[end : match.start], match.replacement
        end = match.end
    return "".join([*parts, text[end:]])


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, with overlapping ones merged."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _overlaps(spans: Sequence[tuple[int, int]], match: Match) -> bool:
    place = bisect_right(spans, match.start, key=itemgetter(1))
    return place < len(spans) and spans[place][0] < match.end


def _matches(text: str, entry: Entry) -> Iterator[Match]:
    right = _preferred_spans(text, entry)
    for match in _pattern(entry.written, is_case_sensitive=entry.is_case_sensitive).finditer(text):
        start, end = match.span()
        if end < len(text) and unicodedata.category(text[end]).startswith("M"):
            continue
        within = bisect_right(right, start, key=itemgetter(0)) - 1
        if within >= 0 and end <= right[within][1]:
            continue
        replacement = _replacement(text, match[0], start, entry)
        if match[0] != replacement:
            yield Match(entry, start, end, replacement)


def _preferred_spans(text: str, entry: Entry) -> list[tuple[int, int]]:
    """Return the spans of the preferred form in order, if it contains the written one.

    An example is “Port Lisle”, preferred to “Lisle”.
    """
    if not entry.preferred or fold(entry.written) == fold(entry.preferred) or entry.written not in entry.preferred:
        return []
    return [match.span() for match in _pattern(entry.preferred, is_case_sensitive=False).finditer(text)]


def _replacement(text: str, written: str, start: int, entry: Entry) -> str:
    """Return the preferred form with the capitals that the place requires."""
    preferred = entry.preferred
    if not preferred:
        return ""
    letters = [sign for sign in written if sign.isalpha()]
    if len(letters) > 1 and written.isupper() and not entry.written.isupper() and not entry.is_case_sensitive:
        return preferred.upper()
    is_raised = written[:1].isupper() and (entry.written[:1].islower() or _begins_sentence(text, start))
    return preferred[:1].upper() + preferred[1:] if is_raised else preferred


def _begins_sentence(text: str, start: int) -> bool:
    return bool(_BEGINS.search(text[max(0, start - 20) : start]))


def _apart(matches: Iterable[Match]) -> Iterator[Match]:
    end = -1
    for match in matches:
        if match.start >= end:
            end = match.end
            yield match


@lru_cache(maxsize=4_096)
def _pattern(written: str, *, is_case_sensitive: bool) -> re.Pattern[str]:
    first, last = written[0], written[-1]
    before = rf"(?<![^\W{UNSPACED_SCRIPTS}])" if re.match(rf"[^\W{UNSPACED_SCRIPTS}]", first) else ""
    after = rf"(?![^\W{UNSPACED_SCRIPTS}])" if re.match(rf"[^\W{UNSPACED_SCRIPTS}]", last) else ""
    body = r"\s+".join("".join(map(_sign, unicodedata.normalize("NFC", part))) for part in written.split())
    return re.compile(before + body + after, 0 if is_case_sensitive else re.IGNORECASE)


def _sign(sign: str) -> str:
    """Return a pattern for one character, composed or decomposed."""
    parted = unicodedata.normalize("NFD", sign)
    one = _SAME.get(sign, re.escape(sign))
    return f"(?:{one}|{re.escape(parted)})" if parted != sign else one
