"""Find the paragraph of a text that contains the words of a correction."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from uuid import UUID

from stories.documents.render.fragments import ExplainerFragments, QuestionFragments

# The share of the pairs of neighbouring words of a sentence that a paragraph must contain to have the sentence.
MIN_SHARED = 0.5
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_VOID_ELEMENTS = frozenset({"br", "hr", "img"})
_NOTES_AND_TAGS = re.compile(r"<sup\b.*?</sup>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")


def text_without_citations(html: str) -> str:
    """Return the text of ``html`` without citations, for output that has no list of sources."""
    return " ".join(unescape(_NOTES_AND_TAGS.sub("", html)).split())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, quotation, table or list item. ``end`` is the position in the HTML where a note on it belongs."""

    words: str
    end: int


@dataclass(frozen=True, slots=True)
class ParagraphPlace:
    """A paragraph on a page: the uid of its section, passage, figure or answer, and its number there, counted from 0.

    ``shared`` is the share of a sentence that it contains.
    """

    section: UUID
    number: int
    shared: float


def split_paragraphs(html: str) -> list[Paragraph]:
    """Return the paragraphs of a rendered text. Headings, pictures and footnotes are none.

    A note on a list item belongs inside the item, and a note on any other paragraph after it.
    """
    paragraphs: list[Paragraph] = []
    open_elements: list[str] = []
    start = 0
    for tag in _TAG.finditer(html):
        name = "footnotes" if 'class="footnotes"' in tag[0] else tag[2]
        if name in _VOID_ELEMENTS:
            continue
        if not tag[1]:
            open_elements.append(name)
            start = tag.end() if _is_paragraph(open_elements) else start
        elif open_elements:
            if _is_paragraph(open_elements):
                end = tag.start() if name == "li" else tag.end()
                paragraphs.append(Paragraph(text_without_citations(html[start : tag.start()]), end))
            open_elements.pop()
    return paragraphs


def _is_paragraph(open_elements: list[str]) -> bool:
    match open_elements:
        case ["p" | "blockquote" | "pre" | "div"] | ["ul" | "ol", "li"]:
            return True
        case _:
            return False


def measure_shared(words: str, sentence: str) -> float:
    """Return the share of the pairs of neighbouring words of ``sentence`` that ``words`` contain, from 0 to 1."""
    pairs = _list_pairs(sentence)
    return len(pairs & _list_pairs(words)) / len(pairs) if pairs else 0.0


def _list_pairs(text: str) -> set[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return set(zip(words, words[1:] if len(words) > 1 else words, strict=False))


def find_sentence(texts: Mapping[UUID, str], sentence: str, *, at_least: float = MIN_SHARED) -> list[ParagraphPlace]:
    """Return the paragraphs of ``texts``, rendered texts keyed by uid, that contain most of ``sentence``, in order.

    The list is empty if no paragraph contains the share ``at_least`` of it.
    """
    places = [
        ParagraphPlace(uid, number, measure_shared(paragraph.words, sentence))
        for uid, html in texts.items()
        for number, paragraph in enumerate(split_paragraphs(html))
    ]
    most = max((place.shared for place in places), default=0.0)
    return [place for place in places if place.shared == most >= at_least]


def collect_texts(fragments: ExplainerFragments | QuestionFragments, opening: UUID) -> dict[UUID, str]:
    """Return the texts that may be corrected in place, keyed by the uid of the section, passage, figure or answer.

    The uid ``opening`` stands for the standfirst of a story that prints it, and for the short answer of a question
    followed by its introduction.
    """
    if isinstance(fragments, QuestionFragments):
        opening_html = fragments.short_answer_html + fragments.introduction_html
        return {opening: opening_html, **{each.uid: each.body_html for each in fragments.answers}}
    texts = {each.uid: each.body_html for each in fragments.sections}
    texts |= {each.uid: each.body_html for each in fragments.passages}
    texts |= {
        each.uid: f"<p>{escape(f'{each.value} {each.counts} {each.according_to}')}</p>" for each in fragments.figures
    }
    return texts if fragments.happened else {opening: fragments.standfirst_html, **texts}


def list_new_paragraphs(
    texts: Mapping[UUID, str], before: Mapping[UUID, str], sentences: Iterable[str]
) -> list[ParagraphPlace]:
    """Return the paragraphs of ``texts`` that ``before`` does not contain, most similar to ``sentences`` first."""
    known = {paragraph.words for html in before.values() for paragraph in split_paragraphs(html)}
    words = set(_WORD.findall(" ".join(sentences).casefold()))
    places = [
        ParagraphPlace(uid, number, len(words & set(_WORD.findall(paragraph.words.casefold()))) / (len(words) or 1))
        for uid, html in texts.items()
        for number, paragraph in enumerate(split_paragraphs(html))
        if paragraph.words not in known
    ]
    return sorted(places, key=lambda place: -place.shared)
