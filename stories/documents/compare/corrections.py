"""Propose the words of a correction: changed sentences, each as it was and as it is now."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from newsroom.text.diff.align import align
from newsroom.text.plain import plain_text
from newsroom.text.writing_systems import SENTENCE_ENDS
from stories.documents.upgrade import AnyDocument
from stories.documents.walk import list_texts

MAX_WORDS = 40
MAX_PROPOSALS = 12
# Two sentences that share fewer of their words are not the same sentence before and after a change.
_MIN_SIMILARITY = 0.4
_ENDS = "".join(map(re.escape, sorted(SENTENCE_ENDS)))
# A sentence ends at a mark and any closing quotation marks, before a space and no small letter, or at a line break.
_BOUNDARY = re.compile(rf"(?<=[{_ENDS}])[\"'”’»)\]]*\s+(?![a-zà-ÿ])|\n+")
_CLAUSE_END = re.compile(r"[,;:،؛]$|^[–—-]$")


@dataclass(frozen=True, slots=True)
class ProposedCorrection:
    """A changed sentence: what readers see now, what they will see, and the label of its text.

    ``is_right`` is empty if the sentence was removed.
    """

    was_wrong: str
    is_right: str
    label: str


def propose_corrections(before: AnyDocument, after: AnyDocument) -> list[ProposedCorrection]:
    """Return the sentences of ``before`` that ``after`` changes or removes, in the order of the page.

    Citations and links are left out. Of a sentence with more than ``MAX_WORDS`` words, only the clause around the
    change is returned. At most ``MAX_PROPOSALS`` are returned.
    """
    new_texts = {each.key: plain_text(each.text) for each in list_texts(after)}
    proposals: list[ProposedCorrection] = []
    for text in list_texts(before):
        if text.is_read and (old := plain_text(text.text)) != (new := new_texts.get(text.key, "")):
            pairs = _pair_sentences(split_sentences(old), split_sentences(new))
            proposals += [ProposedCorrection(*_cut_to_clause(*pair), text.label) for pair in pairs]
    return proposals[:MAX_PROPOSALS]


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a plain text, without the space around them."""
    sentences: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        closing = len(boundary[0]) - len(boundary[0].lstrip("\"'”’»)]"))
        sentences.append(text[start : boundary.start() + closing])
        start = boundary.end()
    return [stripped for sentence in [*sentences, text[start:]] if (stripped := sentence.strip())]


def _pair_sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each changed or removed sentence with its new form, or with an empty string."""
    for stretch in align(old, new):
        if not stretch.same:
            candidates = list(new[stretch.new_start : stretch.new_end])[:MAX_PROPOSALS]
            for sentence in old[stretch.start : stretch.end][:MAX_PROPOSALS]:
                best = max(candidates, key=partial(_measure_similarity, sentence), default="")
                if best and _measure_similarity(sentence, best) >= _MIN_SIMILARITY:
                    candidates.remove(best)
                    yield sentence, best
                else:
                    yield sentence, ""


def _measure_similarity(old: str, new: str) -> float:
    """Return the share of words that both sentences have: the Dice coefficient."""
    words, new_words = Counter(old.split()), Counter(new.split())
    return 2 * (words & new_words).total() / (words.total() + new_words.total())


def _cut_to_clause(old: str, new: str) -> tuple[str, str]:
    """Return both sentences or, if one is too long, their clauses around the change."""
    words, new_words = old.split(), new.split()
    if max(len(words), len(new_words)) <= MAX_WORDS:
        return old, new
    limit = min(len(words), len(new_words))
    same_start = next((i for i in range(limit) if words[i] != new_words[i]), limit)
    same_end = next((i for i in range(limit - same_start) if words[-1 - i] != new_words[-1 - i]), limit - same_start)
    lead = _find_clause_start(words, same_start)
    tail = _find_clause_end(words, len(words) - same_end)
    kept_after = len(words) - tail
    return _shorten(words, lead, tail), _shorten(new_words, lead, len(new_words) - kept_after) if new else ""


def _find_clause_start(words: Sequence[str], change: int) -> int:
    """Return the index of the first word of the clause in which the word at ``change`` is."""
    starts = [i + 1 for i in range(change) if _CLAUSE_END.search(words[i])]
    return max([*starts, 0, change - MAX_WORDS // 2])


def _find_clause_end(words: Sequence[str], change: int) -> int:
    """Return the index after the last word of the clause that ends the change before the word at ``change``."""
    ends = [i + 1 for i in range(max(change - 1, 0), len(words)) if _CLAUSE_END.search(words[i])]
    return min([*ends, len(words), change + MAX_WORDS // 2])


def _shorten(words: Sequence[str], start: int, end: int) -> str:
    """Return the words from ``start`` to ``end``, at most ``MAX_WORDS``, with an ellipsis where words are left out."""
    end = min(end, start + MAX_WORDS)
    shown = " ".join(words[start:end])
    return f"{'… ' if start else ''}{shown.rstrip(',;:،؛–—') + ' …' if end < len(words) else shown}"
