"""Finds a sentence that somebody copied from a page in the words of a text, and shows it where it stands."""

import re
from dataclasses import dataclass

AROUND = 160  # characters before and after
NUMBER = "{number}"
_WORD = re.compile(r"\w+")
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
    begin, end = found.span()
    before, after = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
    if begin > AROUND:
        before = f"… {before.partition(' ')[2]}"
    if len(text) - end > AROUND:
        after = f"{after.rpartition(' ')[0]} …"
    return Quoted(before, found[0], after)


def _without_citations(sentence: str, citation: str) -> str:
    before, _, after = (re.escape(part.strip()) for part in citation.partition(NUMBER))
    said = rf"{before}\s*\d{{1,3}}\s*{after}" if before or after else _CITATION
    return _CITATION.sub(" ", re.sub(said, " ", sentence))


def _match(sentence: str, text: str) -> re.Match[str] | None:
    words = _WORD.findall(sentence)
    return re.search(rf"\b{r'\W+'.join(words)}\b[.!?…؟۔。]?", text, re.IGNORECASE) if words else None
