"""Sentences of passages that look ahead and are not kept as a forecast."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from newsroom.text.fold import fold
from newsroom.text.forecast_sentences import read_outlook
from stories.checks.prose import parse_blocks
from stories.documents import Explainer, Forecast
from stories.documents.parse.words.sentences import iter_sentence_spans


class SentenceAhead(NamedTuple):
    """A sentence in plain text, the passage that it is in, and the number of the source, if there is only one."""

    words: str
    passage: UUID
    source: int | None


def list_sentences_ahead(story: Explainer, *, today: date) -> list[SentenceAhead]:
    """Return the sentences of the passages that say what will happen, without those that are forecasts of the story.

    Days are counted from the date of the article, or else from ``today``. English only.
    """
    return list(_iter_ahead(story, today))


def _iter_ahead(story: Explainer, today: date) -> Iterator[SentenceAhead]:
    published = {cited.number: cited.published_on for cited in story.citations}
    for passage in story.passages:
        for block in parse_blocks(passage.text):
            if block.kind not in ("paragraph", "item"):
                continue
            numbers = set(block.citations) or set(passage.sources)
            source = numbers.pop() if len(numbers) == 1 else None
            said_on = published.get(source or 0) or today
            for start, end in iter_sentence_spans(block.words):
                words = block.words[start:end].strip()
                if read_outlook(words, story.language, said_on=said_on).looks_ahead and not any(
                    _is_forecast(words, each) for each in story.forecasts
                ):
                    yield SentenceAhead(words, passage.uid, source)


def _is_forecast(sentence: str, forecast: Forecast) -> bool:
    """Return whether a forecast quotes a sentence, or expects what it says in the same words."""
    folded = fold(sentence)
    return any(words and fold(words) in folded for words in (forecast.quotation.strip(), forecast.expected.strip()))
