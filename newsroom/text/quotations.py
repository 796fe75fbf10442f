"""Find in a text a sentence that was copied from a page, and return it with its context."""

import re
from dataclasses import dataclass

from newsroom.text.diff.align import find_occurrences
from newsroom.text.writing_systems import SENTENCE_ENDS

CONTEXT_LENGTH = 160  # characters before and after
NUMBER_PLACEHOLDER = "{number}"
_WORD = re.compile(r"\w+")
# The number of a citation: it follows a word or a punctuation mark without a space.
_CITATION = re.compile(r"(?<=[^\s\d])\d{1,3}(?:(?=\s|$)|(?=[^\w\s]))")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence in the exact words of the text, with some of the text before and after it."""

    before: str
    words: str
    after: str


def find_quotation(sentence: str, text: str, *, citation: str = NUMBER_PLACEHOLDER) -> Quotation | None:
    """Return ``sentence`` as it occurs in the plain ``text``, with its context, or None if it does not occur.

    Case, white space and punctuation may differ. ``citation`` is the form in which the page prints a citation;
    it contains ``NUMBER_PLACEHOLDER``.
    """
    # Text copied from a page includes its citations, so the second attempt leaves them out.
    match = _match(sentence, text) or _match(_without_citations(sentence, citation), text)
    if match is None:
        return None
    start, end = match
    before, after = text[max(0, start - CONTEXT_LENGTH) : start], text[end : end + CONTEXT_LENGTH]
    if start > CONTEXT_LENGTH:
        before = f"… {before.partition(' ')[2]}"
    if len(text) - end > CONTEXT_LENGTH:
        after = f"{after.rpartition(' ')[0]} …"
    return Quotation(before, text[start:end], after)


def _without_citations(sentence: str, citation: str) -> str:
    before, _, after = (re.escape(part.strip()) for part in citation.partition(NUMBER_PLACEHOLDER))
    printed = rf"{before}\s*\d{{1,3}}\s*{after}" if before or after else _CITATION
    return _CITATION.sub(" ", re.sub(printed, " ", sentence))


def _match(sentence: str, text: str) -> tuple[int, int] | None:
    """Return the start and end of ``sentence`` in ``text``, with its final punctuation mark, or None if absent."""
    wanted = [word.casefold() for word in _WORD.findall(sentence)]
    words = list(_WORD.finditer(text))
    first = next(find_occurrences(wanted, [word[0].casefold() for word in words]), None)
    if first is None:
        return None
    end = words[first + len(wanted) - 1].end()
    return words[first].start(), end + (text[end : end + 1] in SENTENCE_ENDS)
