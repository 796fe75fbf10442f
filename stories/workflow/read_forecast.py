"""What a sentence says about the future, as the values of a new forecast."""

from dataclasses import dataclass
from datetime import date

from newsroom.text.figures.days import find_days
from newsroom.text.figures.speakers import find_speakers
from newsroom.text.plain import plain_text
from newsroom.text.quotation_marks import parse_quotations

MAX_LENGTH = 1_000  # of a sentence


@dataclass(frozen=True, slots=True)
class ReadForecast:
    """The speaker, the quoted words, what is expected, and the day by which; what a sentence does not say is empty."""

    speaker: str
    quotation: str
    expected: str
    due_on: date | None


def read_forecast(sentence: str, language: str, *, said_on: date) -> ReadForecast:
    """Return what a sentence in Markdown, written on ``said_on``, says will happen.

    Only words in quotation marks are quoted words. A period such as a year ends on its last day. Languages without word
    lists have no speaker and no day.
    """
    words = " ".join(plain_text(sentence[:MAX_LENGTH]).split())
    quotations = [words[start + 1 : end - 1].strip() for start, end in parse_quotations(words, language).spans]
    speaker = next((words[start:end] for start, end in find_speakers(words, language)), "")
    days = (day.last for day in find_days(words, language, as_of=said_on))
    quotation = max(quotations, key=len, default="")
    return ReadForecast(
        speaker=speaker[:1].upper() + speaker[1:200],
        quotation=quotation[:300],
        expected=(quotation or words)[:500],
        due_on=next((day for day in days if day > said_on), None),
    )
