"""Headings of explainers by language, from ``headings.toml``: the usual heading first, then other wordings in use."""

import tomllib
from pathlib import Path

HEADINGS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
DEEPER = "deeper"
QUESTIONS = "questions"
TOPICS = "topics"
FIGURES = "figures"
AGREEMENT = "agreement"
FORECASTS = "forecasts"
# The codes of the words in the line of an outlet: before a speaker, and before a value that the outlet denies.
SAYS = "says"
DENIES = "denies"
# The codes of the words before a short answer in plain text, and of those before its dates.
SHORT_ANSWER = "in_short"
AS_OF = "as_of"
UNTIL = "until"
# The codes of the words of a question page before what would answer its question, and who could.
MISSING = "missing"
COULD_ANSWER = "could_answer"
# The code of the heading of a comparison, a passage that names no outlet.
COMPARISON = "compared"


def list_headings(code: str, language: str = "en") -> list[str]:
    """Return the headings of a section kind or part in ``language`` (a BCP 47 tag), the usual one first.

    Return the English headings for a language without headings, and an empty list for a code without headings.
    """
    return HEADINGS.get(language.partition("-")[0].lower(), HEADINGS["en"]).get(code, [])


def usual_heading(code: str, language: str = "en") -> str:
    """Return the first of ``list_headings``, or an empty string if there are none."""
    return next(iter(list_headings(code, language)), "")
