"""Comment anchors: find marked words again in edited text, by the words themselves rather than by position."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Self

from django.utils import translation
from django.utils.translation import gettext

from newsroom.text.diff.align import find_occurrences
from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from newsroom.text.quotations import find_quotation
from newsroom.text.writing_systems import UNSPACED_SCRIPTS
from stories.documents import AnyDocument
from stories.documents.walk import DocumentText, list_texts

# The number of words that are compared on each side of the marked words.
_COMPARED_WORDS = 8
# The number of characters that are stored on each side of the marked words.
CONTEXT_LENGTH = 100
# The minimum number of marked words and matching neighbours, together, for recognition in a different text.
_MIN_WORDS_IN_OTHER_TEXT = 5
# The text between the old neighbours counts as the edited form of the marked words if it is at least this similar.
_MIN_SIMILARITY = 0.5
# Quotations with more occurrences than this are not located.
_MAX_OCCURRENCES = 2_000
# The maximum number of words of edited text to compare, in all candidate places of one text together.
_MAX_COMPARED_WORDS = 5_000
# Scripts written without spaces are split into single characters.
_TOKEN = re.compile(
    # Markup that is not part of the visible text: source numbers and link targets.
    r"(?P<unread>\[@\d{1,6}\]|\]\((?:[^()\s]|\([^()]*\)){0,2000}(?:\s+\"[^\"]{0,500}\")?\))"
    rf"|(?P<word>[{UNSPACED_SCRIPTS}]|[^\W{UNSPACED_SCRIPTS}]+)"
)


class Word(NamedTuple):
    """A folded word with its range of characters in the text."""

    folded: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Marked words: the ``place`` in which they were marked, their text, and the text on both sides.

    If ``place`` is empty, the words may be in any text of the document.
    """

    place: str
    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """The current position of marked words: the key of a text and a range of characters.

    ``is_edited`` says whether some of the words differ.
    """

    key: str
    begin: int
    end: int
    is_edited: bool = False


def split_words(text: str) -> list[Word]:
    """Return the words of a text, without Markdown, source numbers or link targets."""
    matches = (match for match in _TOKEN.finditer(text) if match["word"])
    return [Word(fold(match[0]), match.start(), match.end()) for match in matches]


@dataclass(frozen=True)
class DocumentTexts:
    """The texts of one document, keyed by place, in the order of the page."""

    by_key: Mapping[str, DocumentText]

    @classmethod
    def from_document(cls, document: AnyDocument | None) -> Self:
        """Return the texts of a document, or no texts for None."""
        return cls.from_texts(list_texts(document) if document else ())

    @classmethod
    def from_texts(cls, texts: Iterable[DocumentText]) -> Self:
        return cls({each.key: each for each in texts})

    @cached_property
    def _words(self) -> dict[str, list[Word]]:
        return {key: split_words(each.text) for key, each in self.by_key.items()}

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        return {key: [word.folded for word in words] for key, words in self._words.items()}

    def locate(self, anchor: Anchor) -> Location | None:
        """Return the current position of the marked words, or None if they are missing or the match is uncertain.

        The words may have moved, even to another text. If they occur several times, the neighbouring words decide which
        occurrence is meant. If some words were edited, the neighbours on both sides identify them.
        """
        quote = [word.folded for word in split_words(anchor.quote)]
        if not quote:
            return None
        before = [word.folded for word in split_words(anchor.before)][-_COMPARED_WORDS:]
        after = [word.folded for word in split_words(anchor.after)][:_COMPARED_WORDS]
        return self._find_exact(anchor.place, quote, before, after) or self._find_edited(
            anchor.place, quote, before, after
        )

    def rebuild_anchor(self, anchor: Anchor) -> Anchor | None:
        """Return the anchor rebuilt from these texts, or None unless ``locate`` finds the words unedited."""
        location = self.locate(anchor)
        if location is None or location.is_edited:
            return None
        text = self.by_key[location.key].text
        return Anchor(
            location.key,
            text[location.begin : location.end],
            before=text[max(0, location.begin - CONTEXT_LENGTH) : location.begin],
            after=text[location.end : location.end + CONTEXT_LENGTH],
        )

    def locate_copied(self, sentence: str, language: str) -> Anchor | None:
        """Return the anchor of words copied from a page in ``language``, or None if they are not found.

        The words may include source numbers.
        """
        with translation.override(language):
            citation = gettext("Source {number}")
        for key, each in self.by_key.items():
            if quotation := find_quotation(sentence, plain_text(each.text), citation=citation):
                anchor = Anchor(
                    key, quotation.words, quotation.before.removeprefix("… "), quotation.after.removesuffix(" …")
                )
                return self.rebuild_anchor(anchor)
        return None

    def _find_exact(self, place: str, quote: list[str], before: list[str], after: list[str]) -> Location | None:
        """Return the unedited occurrence that is certainly meant, or None."""
        hits: list[tuple[int, bool, str, int]] = []
        for key, folded in self._folded.items():
            for index in islice(find_occurrences(quote, folded), _MAX_OCCURRENCES + 1):
                matching = _common_suffix_length(before, folded[max(0, index - _COMPARED_WORDS) : index])
                next_words = folded[index + len(quote) : index + len(quote) + _COMPARED_WORDS]
                matching += _common_prefix_length(after, next_words)
                hits.append((matching, place in ("", key), key, index))
        if not 0 < len(hits) <= _MAX_OCCURRENCES:
            return None
        matching, is_same_text, key, index = max(hits)
        if sum(hit[:2] == (matching, is_same_text) for hit in hits) > 1:
            return None
        if not is_same_text and len(quote) + matching < _MIN_WORDS_IN_OTHER_TEXT:
            hits_in_same_text = [hit for hit in hits if hit[1]]
            if len(hits_in_same_text) != 1:
                return None
            _, _, key, index = hits_in_same_text[0]
        return self._make_location(key, index, index + len(quote), is_edited=False)

    def _find_edited(self, place: str, quote: list[str], before: list[str], after: list[str]) -> Location | None:
        """Return the text between the old neighbours, or None unless it is certainly an edit of the marked words."""
        start, end = before[-3:], after[:3]
        candidates = []
        for key in sorted(self._words, key=lambda each: each != place):
            is_same_text = key == place
            if not is_same_text and len(start) + len(end) < _MIN_WORDS_IN_OTHER_TEXT:
                continue
            folded = self._folded[key]
            occurrences = islice(find_occurrences(start, folded), _MAX_COMPARED_WORDS // len(quote) + 1)
            begins = [index + len(start) for index in occurrences] if start else [0] * is_same_text
            if len(begins) * len(quote) > _MAX_COMPARED_WORDS and len(begins) > 1:
                return None
            for begin in begins:
                next_words = folded[begin : begin + 2 * len(quote) + _COMPARED_WORDS]
                length = next(find_occurrences(end, next_words), 0) if end else len(next_words) * is_same_text
                if length and _similarity(quote, next_words[:length]) >= _MIN_SIMILARITY:
                    candidates.append((key, begin, begin + length))
            if candidates:
                break
        return self._make_location(*candidates[0], is_edited=True) if len(candidates) == 1 else None

    def _make_location(self, key: str, first: int, last: int, *, is_edited: bool) -> Location:
        words = self._words[key]
        return Location(key, words[first].begin, words[last - 1].end, is_edited)


def _common_prefix_length(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for word, other_word in zip(one, other, strict=False):
        if word != other_word:
            break
        count += 1
    return count


def _common_suffix_length(one: Sequence[str], other: Sequence[str]) -> int:
    return _common_prefix_length(one[::-1], other[::-1])


def _similarity(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
