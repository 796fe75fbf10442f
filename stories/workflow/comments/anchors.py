"""Anchors of comments: marked words are found again in edited text by the words themselves, not by positions."""

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

# Words on each side of the marked ones that are compared.
NEAR = 8
# Characters on each side that are stored.
AROUND = 100
# In a text other than their own, marked words are recognised only if they and their matching neighbours are at least so
# many words.
SURE_ELSEWHERE = 5
# The text between the old neighbours counts as the edited words if it is at least this similar.
LIKENESS = 0.5
# A quotation with more occurrences is not located.
MOST_PLACES = 2_000
# Words of edited text that are compared at most, over all candidate places.
MOST_WORDS = 5_000
# Scripts written without spaces are split into single characters.
_TOKEN = re.compile(
    # Text that readers do not see: source numbers and link targets.
    r"(?P<unread>\[@\d{1,6}\]|\]\((?:[^()\s]|\([^()]*\)){0,2000}(?:\s+\"[^\"]{0,500}\")?\))"
    rf"|(?P<word>[{UNSPACED_SCRIPTS}]|[^\W{UNSPACED_SCRIPTS}]+)"
)


class Word(NamedTuple):
    """A folded word with the positions of its characters."""

    folded: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Marked words: the ``place`` in which they were marked, their text, and the text on both sides.

    Without a place they may be in any text of the document.
    """

    place: str
    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """The present position of marked words: the key of a text and a range of characters.

    ``is_edited`` is whether some of the words differ.
    """

    key: str
    begin: int
    end: int
    is_edited: bool = False


def words_in(text: str) -> list[Word]:
    """Return the words of a text, without Markdown, source numbers and link targets."""
    found = (match for match in _TOKEN.finditer(text) if match["word"])
    return [Word(fold(match[0]), match.start(), match.end()) for match in found]


@dataclass(frozen=True)
class Texts:
    """The texts of one document by key, in the order of the page."""

    by_key: Mapping[str, DocumentText]

    @classmethod
    def of(cls, document: AnyDocument | None) -> Self:
        """Return the texts of a document; none for None."""
        return cls.among(list_texts(document) if document else ())

    @classmethod
    def among(cls, texts: Iterable[DocumentText]) -> Self:
        return cls({each.key: each for each in texts})

    @cached_property
    def _words(self) -> dict[str, list[Word]]:
        return {key: words_in(each.text) for key, each in self.by_key.items()}

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        return {key: [word.folded for word in words] for key, words in self._words.items()}

    def locate(self, anchor: Anchor) -> Location | None:
        """Return the present position of the marked words, or None if they are gone or the match is uncertain.

        They may have moved, even into another text. Among several occurrences the neighbours decide. If some words were
        edited, the neighbours on both sides identify them.
        """
        quote = [word.folded for word in words_in(anchor.quote)]
        if not quote:
            return None
        before = [word.folded for word in words_in(anchor.before)][-NEAR:]
        after = [word.folded for word in words_in(anchor.after)][:NEAR]
        return self._as_they_were(anchor.place, quote, before, after) or self._edited(
            anchor.place, quote, before, after
        )

    def anchor_exactly(self, anchor: Anchor) -> Anchor | None:
        """Return the anchor as it would be made in these texts, or None unless the words are found unedited."""
        located = self.locate(anchor)
        if located is None or located.is_edited:
            return None
        text = self.by_key[located.key].text
        before = text[max(0, located.begin - AROUND) : located.begin]
        return Anchor(located.key, text[located.begin : located.end], before, text[located.end : located.end + AROUND])

    def locate_copied(self, sentence: str, language: str) -> Anchor | None:
        """Return the anchor of words copied from the page in ``language``, which may include source numbers."""
        with translation.override(language):
            citation = gettext("Source {number}")
        for key, each in self.by_key.items():
            if found := find_quotation(sentence, plain_text(each.text), citation=citation):
                anchor = Anchor(key, found.words, found.before.removeprefix("… "), found.after.removesuffix(" …"))
                return self.anchor_exactly(anchor)
        return None

    def _as_they_were(self, place: str, quote: list[str], before: list[str], after: list[str]) -> Location | None:
        hits: list[tuple[int, bool, str, int]] = []
        for key, folded in self._folded.items():
            for index in islice(find_occurrences(quote, folded), MOST_PLACES + 1):
                near = _same_end(before, folded[max(0, index - NEAR) : index])
                near += _same_start(after, folded[index + len(quote) : index + len(quote) + NEAR])
                hits.append((near, place in ("", key), key, index))
        if not 0 < len(hits) <= MOST_PLACES:
            return None
        near, at_home, key, index = max(hits)
        if sum(hit[:2] == (near, at_home) for hit in hits) > 1:
            return None
        if not at_home and len(quote) + near < SURE_ELSEWHERE:
            alone = [hit for hit in hits if hit[1]]
            if len(alone) != 1:
                return None
            _, _, key, index = alone[0]
        return self._located(key, index, index + len(quote), is_edited=False)

    def _edited(self, place: str, quote: list[str], before: list[str], after: list[str]) -> Location | None:
        """Return the text between the old neighbours if it is certainly the edited form of the marked words."""
        start, end = before[-3:], after[:3]
        found = []
        for key in sorted(self._words, key=lambda each: each != place):
            at_home = key == place
            if not at_home and len(start) + len(end) < SURE_ELSEWHERE:
                continue
            folded = self._folded[key]
            places = islice(find_occurrences(start, folded), MOST_WORDS // len(quote) + 1)
            begins = [index + len(start) for index in places] if start else [0] * at_home
            if len(begins) * len(quote) > MOST_WORDS and len(begins) > 1:
                return None
            for begin in begins:
                rest = folded[begin : begin + 2 * len(quote) + NEAR]
                stop = next(find_occurrences(end, rest), 0) if end else len(rest) * at_home
                if stop and _likeness(quote, rest[:stop]) >= LIKENESS:
                    found.append((key, begin, begin + stop))
            if found:
                break
        return self._located(*found[0], is_edited=True) if len(found) == 1 else None

    def _located(self, key: str, first: int, last: int, *, is_edited: bool) -> Location:
        words = self._words[key]
        return Location(key, words[first].begin, words[last - 1].end, is_edited)


def _same_start(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _same_end(one: Sequence[str], other: Sequence[str]) -> int:
    return _same_start(one[::-1], other[::-1])


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
