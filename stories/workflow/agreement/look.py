"""What each outlet of a story seems to say about a point that an editor names: sentences with their values marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from newsroom.text.figures.moments import read_moment
from stories.documents import Explainer
from stories.documents.cell_values import Amounts, read_amounts
from stories.workflow.agreement.finder import MAX_FOUND, find_sentences
from stories.workflow.agreement.texts import OutletTexts, list_outlet_texts

MAX_VALUE_LENGTH = 300
# Of all texts together, so that a search takes a few seconds at most, whatever they hold.
MAX_LOOKED_LENGTH = 40_000
# The kinds of points for which a part of the sentence is the value. For a fact, it is enough that an outlet says it.
_WITH_VALUE = frozenset({"figure", "date", "quotation", "attribution"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sentence in three parts, of which the second is the value, with the amounts or the moment in the value."""

    before: str
    value: str
    after: str
    amounts: Amounts
    when: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """The suggestions for one outlet, the best first. ``is_cut`` says that its texts were not searched to the end."""

    texts: OutletTexts
    suggestions: list[Suggestion]
    is_cut: bool = False


def look_for_point(
    document: Explainer, point: str, *, kind: str, unit: str = "", as_of: date | None = None, pasted: Mapping[str, str]
) -> list[Looked]:
    """Return the suggestions for each outlet of a story.

    ``as_of`` is the day of the point. ``pasted`` maps names of outlets to words of their articles, which are searched
    first. The first ``MAX_LOOKED_LENGTH`` characters of all texts together are searched.
    """
    outlets = list_outlet_texts(document, pasted)
    searched: dict[int, list[str]] = {}
    left = MAX_LOOKED_LENGTH
    for index in sorted(range(len(outlets)), key=lambda index: not outlets[index].is_pasted):
        for text in outlets[index].texts:
            searched.setdefault(index, []).append(text[:left])
            left = max(0, left - len(text))
    looked = []
    for index, texts in enumerate(outlets):
        found = [
            (sentence.score, text, sentence)
            for text in searched.get(index, ())
            for sentence in find_sentences(point, text, kind=kind, unit=unit, language=document.language)
        ]
        found.sort(key=lambda each: -each[0])
        looked.append(
            Looked(
                texts,
                [
                    _suggest(
                        text[sentence.start : sentence.end],
                        sentence.value_start - sentence.start,
                        sentence.value_end - sentence.start,
                        kind=kind,
                        language=document.language,
                        as_of=as_of,
                    )
                    for _, text, sentence in found[:MAX_FOUND]
                ],
                is_cut=tuple(searched.get(index, ())) != texts.texts,
            )
        )
    return looked


def _suggest(sentence: str, start: int, end: int, *, kind: str, language: str, as_of: date | None) -> Suggestion:
    if kind not in _WITH_VALUE or end - start > MAX_VALUE_LENGTH:
        return Suggestion(sentence, "", "", Amounts())
    value = sentence[start:end]
    amounts = read_amounts(value, language) if kind == "figure" else Amounts()
    when = read_moment(value, language, as_of=as_of) if kind == "date" else ""
    return Suggestion(sentence[:start], value, sentence[end:], amounts, when)
