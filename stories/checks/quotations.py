"""Parse quotation marks of many languages: the spans of quotations, and the marks without a partner."""

import re
from dataclasses import dataclass, field

# Opening marks with their closing marks. A mark that can also close counts as closing while its partner is open.
_PAIRS = {
    "“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«»", "‹": "›", "‚": "‘’", "‘": "’",
    "「": "」", "『": "』", "《": "》", "〈": "〉", "﹁": "﹂", "﹃": "﹄", "〝": "〟〞",
}  # fmt: skip
_CLOSERS = set("".join(_PAIRS.values())) - set(_PAIRS) - {"’"}
_MARKS = re.compile("[" + "".join(sorted({*_PAIRS, *_CLOSERS, "’"})) + "]")
_ANY_MARK = re.compile(_MARKS.pattern.replace("[", '["', 1))
# Languages in which the same mark opens and closes, or in which right-to-left typing swaps the two.
_EITHER_WAY = {"ar", "da", "fa", "fi", "he", "nb", "nn", "no", "ps", "sv", "ur", "yi"}
_CURLY = "“”"
_ELISION = re.compile(r"‘(?=\d|(?:em|tis|twas|til|cause|bout|n)\b)", re.IGNORECASE)
_STRAIGHT = re.compile(r'(?<!\w)"|"(?!\w)')  # a mark between two letters belongs to a Hebrew abbreviation
# How many open marks are searched for a partner: without a limit, a text of nothing else would take quadratic time.
_MOST_SINGLE = 50
_INCHES = re.compile(r'\d"')


@dataclass(slots=True)
class Quotations:
    """The quotations of one block.

    ``spans`` are the positions of quotations with their marks. One without a closing mark extends to the end of the
    block. ``unclosed`` and ``unopened`` are the positions of marks without a partner.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    unopened: list[int] = field(default_factory=list)

    def blank_out(self, words: str) -> str:
        """Return ``words`` with every quotation replaced by spaces."""
        kept = list(words)
        for start, end in self.spans:
            kept[start:end] = " " * (end - start)
        return "".join(kept)


def parse_quotations(words: str, language: str, *, following: str = "") -> Quotations:
    """Parse the marks of a block.

    ``following`` is the text of the next block, which may continue a quotation by opening it again.
    """
    found = Quotations()
    if not _ANY_MARK.search(words):
        return found
    is_either_way = language.split("-")[0].lower() in _EITHER_WAY
    opened: list[int] = []
    for match in _MARKS.finditer(words):
        place, mark = match.start(), match[0]
        if _is_apostrophe(words, place, mark):
            continue
        partner = _partner(words, opened, mark, is_either_way=is_either_way)
        if partner is not None:
            start = opened[partner]
            del opened[partner:]
            if not opened:
                found.spans.append((start, place + 1))
        elif mark in _PAIRS or (is_either_way and mark in _CURLY):
            opened.append(place)
        elif mark != "’":
            found.unopened.append(place)
    _drop_single(words, opened)
    if opened:
        found.spans.append((opened[0], len(words)))
        if not _goes_on(words[opened[0]], following):
            found.unclosed += opened
    _read_straight(words, found, following=following)
    found.spans.sort()
    return found


def _partner(words: str, opened: list[int], mark: str, *, is_either_way: bool) -> int | None:
    """Return the index of the open mark that this one closes: the last, or one that only single marks follow."""
    for place in reversed(range(max(0, len(opened) - _MOST_SINGLE), len(opened))):
        top = words[opened[place]]
        if mark in _PAIRS.get(top, "") or (is_either_way and mark in _CURLY and top in _CURLY):
            return place
        if top != "‘":
            break
    return None


def _is_apostrophe(words: str, place: int, mark: str) -> bool:
    """Return whether a single mark is inside a word or replaces letters: it’s, ‘90s, Hawai‘i."""
    if mark not in "‘’":
        return False
    inside = words[place - 1 : place].isalnum() if place else False
    return (inside and words[place + 1 : place + 2].isalnum()) or _ELISION.match(words, place) is not None


def _drop_single(words: str, opened: list[int]) -> None:
    """Remove open single marks, which an apostrophe may have closed, if other marks are open too."""
    if len(opened) > 1:
        opened[:] = [place for place in opened if words[place] != "‘"] or opened[:1]


def _goes_on(mark: str, following: str) -> bool:
    return following.startswith((mark, *_PAIRS.get(mark, "")))


def _read_straight(words: str, found: Quotations, *, following: str) -> None:
    places = [match.start() for match in _STRAIGHT.finditer(words)]
    if len(places) % 2 and (inch := _INCHES.search(words)) and inch.end() - 1 in places:
        places.remove(inch.end() - 1)
    found.spans += [(start, end + 1) for start, end in zip(places[::2], places[1::2], strict=False)]
    if len(places) % 2:
        found.spans.append((places[-1], len(words)))
        if not following.startswith('"'):
            found.unclosed.append(places[-1])
