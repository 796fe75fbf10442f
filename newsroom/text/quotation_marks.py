"""Parse the quotation marks of many languages: find the quotations, and the marks without a partner."""

import re
from dataclasses import dataclass, field

# The closing marks for each opening mark. A mark that can open or close counts as closing while its partner is open.
_CLOSING_MARKS = {
    "“": "”", "„": "“”", "‟": "”", "«": "»", "»": "«»", "‹": "›", "‚": "‘’", "‘": "’",
    "「": "」", "『": "』", "《": "》", "〈": "〉", "﹁": "﹂", "﹃": "﹄", "〝": "〟〞",
}  # fmt: skip
_ONLY_CLOSING = set("".join(_CLOSING_MARKS.values())) - set(_CLOSING_MARKS) - {"’"}
_MARKS = re.compile("[" + "".join(sorted({*_CLOSING_MARKS, *_ONLY_CLOSING, "’"})) + "]")
_ANY_MARK_OR_STRAIGHT = re.compile(_MARKS.pattern.replace("[", '["', 1))
# Languages in which the same mark opens and closes, or in which right-to-left text swaps the two marks.
_AMBIGUOUS_LANGUAGES = {"ar", "da", "fa", "fi", "he", "nb", "nn", "no", "ps", "sv", "ur", "yi"}
_CURLY_MARKS = "“”"
_ELISION = re.compile(r"‘(?=\d|(?:em|tis|twas|til|cause|bout|n)\b)", re.IGNORECASE)
_STRAIGHT = re.compile(r'(?<!\w)"|"(?!\w)')  # a mark between two letters belongs to a Hebrew abbreviation
# The maximum number of open marks to search for a partner. Without a limit, a text that consists of quotation marks
# would take quadratic time.
_MAX_OPEN_MARKS = 50
_INCHES = re.compile(r'\d"')


@dataclass(slots=True)
class Quotations:
    """The quotations in one block.

    ``spans`` holds starts and ends that cover every quotation, including its marks. A quotation without a closing mark
    extends to the end of the block. ``unclosed`` and ``unopened`` hold the positions of marks without a partner.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    unopened: list[int] = field(default_factory=list)

    def blank_out(self, words: str) -> str:
        """Return ``words`` with every quotation replaced by spaces."""
        characters = list(words)
        for start, end in self.spans:
            characters[start:end] = " " * (end - start)
        return "".join(characters)


def parse_quotations(words: str, language: str, *, following: str = "") -> Quotations:
    """Parse the quotation marks in a block.

    ``following`` is the text of the next block. If that text begins with the opening mark of a quotation that is still
    open, or with a closing mark for it, the quotation continues there and does not count as unclosed.
    """
    quotations = Quotations()
    if not _ANY_MARK_OR_STRAIGHT.search(words):
        return quotations
    is_ambiguous = language.split("-")[0].lower() in _AMBIGUOUS_LANGUAGES
    open_positions: list[int] = []
    for match in _MARKS.finditer(words):
        position, mark = match.start(), match[0]
        if _is_apostrophe(words, position, mark):
            continue
        partner = _find_partner(words, open_positions, mark, is_ambiguous=is_ambiguous)
        if partner is not None:
            start = open_positions[partner]
            del open_positions[partner:]
            if not open_positions:
                quotations.spans.append((start, position + 1))
        elif mark in _CLOSING_MARKS or (is_ambiguous and mark in _CURLY_MARKS):
            open_positions.append(position)
        elif mark != "’":
            quotations.unopened.append(position)
    _drop_single_marks(words, open_positions)
    if open_positions:
        quotations.spans.append((open_positions[0], len(words)))
        if not _is_continued(words[open_positions[0]], following):
            quotations.unclosed += open_positions
    _add_straight_quotations(words, quotations, following=following)
    quotations.spans.sort()
    return quotations


def _find_partner(words: str, open_positions: list[int], mark: str, *, is_ambiguous: bool) -> int | None:
    """Return the index of the open mark that this one closes, or None. Single marks opened later are skipped."""
    for index in reversed(range(max(0, len(open_positions) - _MAX_OPEN_MARKS), len(open_positions))):
        open_mark = words[open_positions[index]]
        if mark in _CLOSING_MARKS.get(open_mark, "") or (
            is_ambiguous and mark in _CURLY_MARKS and open_mark in _CURLY_MARKS
        ):
            return index
        if open_mark != "‘":
            break
    return None


def _is_apostrophe(words: str, position: int, mark: str) -> bool:
    """Return whether a single mark is inside a word or replaces characters, as in “it’s”, “‘90s” and “Hawai‘i”."""
    if mark not in "‘’":
        return False
    is_after_letter = words[position - 1 : position].isalnum() if position else False
    return (is_after_letter and words[position + 1 : position + 2].isalnum()) or _ELISION.match(
        words, position
    ) is not None


def _drop_single_marks(words: str, open_positions: list[int]) -> None:
    """If several marks are open, remove the single ones: their closing marks may have been taken for apostrophes.

    If all of them are single, keep the first.
    """
    if len(open_positions) > 1:
        open_positions[:] = [position for position in open_positions if words[position] != "‘"] or open_positions[:1]


def _is_continued(mark: str, following: str) -> bool:
    return following.startswith((mark, *_CLOSING_MARKS.get(mark, "")))


def _add_straight_quotations(words: str, quotations: Quotations, *, following: str) -> None:
    positions = [match.start() for match in _STRAIGHT.finditer(words)]
    if len(positions) % 2 and (inch := _INCHES.search(words)) and inch.end() - 1 in positions:
        positions.remove(inch.end() - 1)
    quotations.spans += [(start, end + 1) for start, end in zip(positions[::2], positions[1::2], strict=False)]
    if len(positions) % 2:
        quotations.spans.append((positions[-1], len(words)))
        if not following.startswith('"'):
            quotations.unclosed.append(positions[-1])
