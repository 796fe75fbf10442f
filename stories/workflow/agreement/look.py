"""What each outlet of a story seems to say about a point that an editor names: sentences with their values marked."""

from collections.abc import Mapping
from dataclasses import dataclass

from stories.documents import Explainer
from stories.documents.cell_values import Amounts, read_amounts
from stories.workflow.agreement.finder import MAX_FOUND, find_sentences
from stories.workflow.agreement.texts import OutletTexts, list_outlet_texts

MAX_VALUE_LENGTH = 300
# The kinds of points for which a part of the sentence is the value. For a fact, it is enough that an outlet says it.
_WITH_VALUE = frozenset({"figure", "date", "quotation", "attribution"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sentence in three parts, of which the second is the value, with the amounts in the value."""

    before: str
    value: str
    after: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Looked:
    """The suggestions for one outlet, the best first."""

    texts: OutletTexts
    suggestions: list[Suggestion]


def look_for_point(
    document: Explainer, point: str, *, kind: str, unit: str = "", pasted: Mapping[str, str]
) -> list[Looked]:
    """Return the suggestions for each outlet of a story. ``pasted`` maps names of outlets to words of their articles."""
    looked = []
    for texts in list_outlet_texts(document, pasted):
        found = [
            (sentence.score, text, sentence)
            for text in texts.texts
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
                    )
                    for _, text, sentence in found[:MAX_FOUND]
                ],
            )
        )
    return looked


def _suggest(sentence: str, start: int, end: int, *, kind: str, language: str) -> Suggestion:
    if kind not in _WITH_VALUE or end - start > MAX_VALUE_LENGTH:
        return Suggestion(sentence, "", "", Amounts())
    value = sentence[start:end]
    amounts = read_amounts(value, language) if kind == "figure" else Amounts()
    return Suggestion(sentence[:start], value, sentence[end:], amounts)
