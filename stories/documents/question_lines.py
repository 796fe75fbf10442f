"""The state and the dates of a question page as lines of plain text, and lines of plain text as fields of the page."""

from collections.abc import Mapping
from typing import Any

from stories.documents.days import format_day, parse_labelled_day, split_validity
from stories.documents.headings import COULD_ANSWER, HEADINGS, MISSING, SHORT_ANSWER, list_headings, usual_heading
from stories.documents.schema import QuestionPage

STATES = ("open", "partly", "answered")
_OPEN_SINCE = "open_since"


def describe_state(page: QuestionPage) -> str:
    """Return the state of a question as a sentence, such as “Not known since 9 November 2026.”, or an empty string."""
    if page.state == "open" and page.open_since:
        return f"{usual_heading(_OPEN_SINCE, page.language)} {format_day(page.open_since, page.language)}."
    return f"{usual_heading(page.state, page.language)}." if page.state else ""


def write_line(code: str, words: str, language: str) -> str:
    """Return ``words`` as one line after the label of ``code``, or an empty string if there are no words."""
    line = " ".join(words.split())
    return f"{usual_heading(code, language)}: {line}" if line else ""


def read_line(line: str) -> tuple[str, Mapping[str, Any]]:
    """Return the language and the fields of a page in a line above its introduction, or no fields for another line.

    The fields of texts are plain text.
    """
    for language in HEADINGS:
        if fields := _read_state(line, language) or _read_words(line, language):
            return language, fields
    return "", {}


def _read_state(line: str, language: str) -> dict[str, object]:
    words = line.removesuffix(".")
    for state in STATES:
        if words in list_headings(state, language):
            return {"state": state}
    since = parse_labelled_day(words, _OPEN_SINCE, language)
    return {"state": "open", "open_since": since} if since else {}


def _read_words(line: str, language: str) -> dict[str, object]:
    label, found, words = line.partition(": ")
    for code in (MISSING, COULD_ANSWER, SHORT_ANSWER):
        if found and label in list_headings(code, language):
            if code != SHORT_ANSWER:
                return {code: words}
            text, validity = split_validity(words)
            return {
                "short_answer": text,
                "short_answer_as_of": validity.as_of,
                "short_answer_expires_on": validity.expires_on,
            }
    return {}
