"""Find the kinds of section in which a story contains the words of a query, without the full-text index."""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import chain

from newsroom.search.analysis import fold_words, stem_words
from newsroom.search.highlight import WORD, has_unusual_letters, iter_beginnings, list_beginnings, replace_marks
from newsroom.search.query.parse import Phrase

type Forms = tuple[Phrase, ...]  # the equivalent forms of a phrase


class SectionMatcher:
    """The phrases to find in sections, each in any of its forms. A form consists of folded words or stems."""

    def __init__(self, phrases: Sequence[Forms]) -> None:
        self._spaced_phrases = [[f" {' '.join(form)} " for form in forms] for forms in phrases]
        self._long_forms = [form for forms in phrases for form in forms if len(form) > 1]
        self._words = tuple(sorted({word for form in chain.from_iterable(phrases) for word in form}))
        # Cached, because few words begin like a word of the query, and texts repeat them.
        self._find_wanted_stems = cache(self._stem_wanted)

    def find_kinds(self, heading_words: str, text: str, language: str, *, among: Collection[str]) -> set[str]:
        """Return those kinds in ``among`` whose sections contain all phrases.

        ``heading_words`` and ``text`` are those of a ``Wording``; ``language`` is the language of the story.
        """
        found: dict[str, set[int]] = {}
        if any(form in heading_words for form in chain.from_iterable(self._spaced_phrases)):
            for kind, stems in _iter_lines(heading_words, among):
                found.setdefault(kind, set()).update(self._find_in_stems(stems))
        text = replace_marks(text)
        if list_beginnings(self._words, language) is None or has_unusual_letters(text):
            for kind, words in _iter_lines(text, among):
                found.setdefault(kind, set()).update(self._find_in_stems(_join_stems(words, language)))
        else:
            for kind, words in _iter_lines(text, among):
                found.setdefault(kind, set()).update(self._find_in_text(words, language))
        return {kind for kind, numbers in found.items() if len(numbers) == len(self._spaced_phrases)}

    def _find_in_stems(self, stems: str) -> Iterator[int]:
        """Yield the indices of the phrases that occur in ``stems``, which has a space before and after each stem."""
        for number, forms in enumerate(self._spaced_phrases):
            if any(form in stems for form in forms):
                yield number

    def _find_in_text(self, text: str, language: str) -> Iterator[int]:
        """Yield the indices of the phrases that occur in a text."""
        # Few words of a text begin like a word of the query, and only these are stemmed.
        stems: set[str] = set()
        for start in iter_beginnings(text, self._words, language):
            written = WORD.match(text, start)[0]  # type: ignore[index]  # a word begins at ``start``
            stems |= self._find_wanted_stems(written, language)
        if any(stems.issuperset(form) for form in self._long_forms):
            return self._find_in_stems(_join_stems(text, language))
        # Two spaces, so that no phrase of several words is found.
        return self._find_in_stems(f" {'  '.join(stems)} ") if stems else iter(())

    def _stem_wanted(self, written: str, language: str) -> frozenset[str]:
        """Return the stems of a written word that are among the words of the phrases."""
        return frozenset(stem_words(fold_words(written), language)).intersection(self._words)


def _iter_lines(lines: str, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the kind of section and the words of each line that belongs to a section of one of ``kinds``."""
    for line in lines.split("\n"):
        kind, _, words = line.partition("\t")
        if kind in kinds:
            yield kind, words


def _join_stems(text: str, language: str) -> str:
    return f" {' '.join(stem_words(fold_words(text), language))} "
