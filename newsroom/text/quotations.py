"""Finds a sentence that somebody copied from a page in the words of a text, and shows it where it stands."""

import re
from dataclasses import dataclass

from newsroom.text.diff.align import occurrences

AROUND = 160  # characters before and after
NUMBER = "{number}"
_WORD = re.compile(r"\w+")
_ENDS_SENTENCE = frozenset(".!?…؟۔。")
# A number of a citation: with nothing but marks between it and the word that it follows.
_CITATION = re.compile(r"(?<=[^\s\d])\d{1,3}(?:(?=\s|$)|(?=[^\w\s]))")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where a sentence stands: ``words`` as the text has them, and some of what is said before and after."""

    before: str
    words: str
    after: str


def find(sentence: str, text: str, *, citation: str = NUMBER) -> Quoted | None:
    """Return the place of ``sentence`` in the plain words of ``text``, or None where it does not stand there.

    Case, white space and marks may differ. Who copies from a page copies its citations too: where the sentence does not
    stand so, they are left out of it. ``citation`` is how the page says one, with NUMBER in it.
    """
    found = _match(sentence, text) or _match(_without_citations(sentence, citation), text)
    if found is None:
        return None
    begin, end = found
    before, after = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
    if begin > AROUND:
        before = f"… {before.partition(' ')[2]}"
    if len(text) - end > AROUND:
        after = f"{after.rpartition(' ')[0]} …"
    return Quoted(before, text[begin:end], after)


def _without_citations(sentence: str, citation: str) -> str:
    before, _, after = (re.escape(part.strip()) for part in citation.partition(NUMBER))
    said = rf"{before}\s*\d{{1,3}}\s*{after}" if before or after else _CITATION
    return _CITATION.sub(" ", re.sub(said, " ", sentence))


def _match(sentence: str, text: str) -> tuple[int, int] | None:
    """Return where the words of ``sentence`` begin in ``text``, and where they end with the mark after them."""
    wanted = [word.casefold() for word in _WORD.findall(sentence)]
    words = list(_WORD.finditer(text))
    first = next(occurrences(wanted, [word[0].casefold() for word in words]), None)
    if first is None:
        return None
    end = words[first + len(wanted) - 1].end()
    return words[first].start(), end + (text[end : end + 1] in _ENDS_SENTENCE)
