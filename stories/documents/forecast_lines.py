"""Forecasts as lines of text, and lines of text as forecasts."""

import re
from collections.abc import Sequence
from typing import Any

from stories.documents.claim_lines import LineFormat, single_line, take_quotation
from stories.documents.headings import list_headings, usual_heading
from stories.documents.schema import Forecast

_NO_DAY = "?"
_CHANCE = re.compile(r"(?:^|(?<=\s))(?P<chance>0|[1-9][0-9]?|100) %$")
# The states of a forecast with the codes of their words.
_STATES = {"open": "undecided", "came_true": "came_true", "in_part": "in_part", "not_true": "not_true", "void": "void"}
# The fields that lines have, with what a line without them means.
_EMPTY: dict[str, object] = {
    "due_on": None,
    "speaker": "",
    "said_on": None,
    "expected": "",
    "quotation": "",
    "source": None,
    "chance": None,
    "state": "open",
    "decided_on": None,
    "outcome": "",
    "outcome_source": None,
}


def write_forecast(forecast: Forecast, lines: LineFormat, *, outcome: str) -> list[str]:
    """Return a forecast as a line and, if there is an outcome, a second line; ``outcome`` is its text.

    The first is such as “31 December 2027 — Finance ministry (4 March 2026): The tunnel opens. “…” [@3] 70 %”.
    """
    said_on = f"({lines.write_day(forecast.said_on)})" if forecast.said_on else ""
    due_on = lines.write_day(forecast.due_on) if forecast.due_on else _NO_DAY
    written = [
        single_line(
            f"{due_on} — {single_line(forecast.speaker, said_on)}:",
            forecast.expected,
            f"“{forecast.quotation}”" if forecast.quotation else "",
            lines.cite(forecast.source) if forecast.source else "",
            f"{forecast.chance} %" if forecast.chance is not None else "",
        )
    ]
    if forecast.state != "open" or forecast.decided_on or forecast.outcome_source or outcome.strip():
        decided_on = f"({lines.write_day(forecast.decided_on)})" if forecast.decided_on else ""
        word = single_line(usual_heading(_STATES[forecast.state], lines.language), decided_on)
        cited = lines.cite(forecast.outcome_source) if forecast.outcome_source else ""
        written.append(single_line(f"{word}:", outcome, cited))
    return written


def read_forecast(written: Sequence[str], lines: LineFormat) -> dict[str, Any] | None:
    """Return the fields of a forecast in one or two lines that ``write_forecast`` wrote, or None for other lines."""
    first, *others = written
    forecast = _read_first(first, lines)
    outcome = _read_outcome(others[0], lines) if others else {}
    if forecast is None or outcome is None or len(others) > 1:
        return None
    return {**_EMPTY, **forecast, **outcome}


def _read_first(line: str, lines: LineFormat) -> dict[str, Any] | None:
    due_on, dash, rest = line.partition(" — ")
    head, colon, words = f"{rest} ".partition(":" if rest.startswith(":") else ": ")
    _, day = lines.take_day(f"({due_on})")
    if not (dash and colon and (day or due_on == _NO_DAY)):
        return None
    speaker, said_on = lines.take_day(head)
    fields: dict[str, Any] = {"due_on": day, "speaker": speaker, "said_on": said_on}
    words = words.strip()
    if match := _CHANCE.search(words):
        words, fields["chance"] = words[: match.start()].rstrip(), int(match["chance"])
    words, fields["source"] = lines.take_citation(words)
    fields["expected"], fields["quotation"] = take_quotation(words)
    return fields


def _read_outcome(line: str, lines: LineFormat) -> dict[str, Any] | None:
    head, colon, words = f"{line} ".partition(": ")
    word, decided_on = lines.take_day(head)
    state = next((state for state, code in _STATES.items() if word in list_headings(code, lines.language)), None)
    if not (colon and state):
        return None
    outcome, source = lines.take_citation(words.strip())
    return {"state": state, "decided_on": decided_on, "outcome": outcome, "outcome_source": source}
