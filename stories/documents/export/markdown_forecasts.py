"""Export forecasts as a Markdown list; the front matter has the other fields."""

from typing import Any

from stories.documents import Explainer
from stories.documents.claim_lines import markdown_lines
from stories.documents.export.markdown_claims import Exact, keep_value, move_fields
from stories.documents.forecast_lines import read_forecast, write_forecast

# The fields of a forecast that have the meaning of what is expected; see ``markdown_claims.MEANING``.
MEANING = ("low", "high")


def format_forecasts(story: Explainer) -> str:
    """Return the forecasts as a list, with the outcome of each indented below it."""
    lines = markdown_lines(story.language)
    return "\n".join(
        "- " + "\n  ".join(write_forecast(forecast, lines, outcome=forecast.outcome)) for forecast in story.forecasts
    )


def move_forecasts(body: dict[str, Any], exact: Exact, story: Explainer) -> None:
    """Remove from ``body`` what the list of forecasts has; add to ``exact`` what it would not restore."""
    lines = markdown_lines(story.language)
    for index, (forecast, row) in enumerate(zip(story.forecasts, body.get("forecasts", ()), strict=True)):
        read = read_forecast(write_forecast(forecast, lines, outcome=forecast.outcome), lines)
        move_fields(row, exact, f"forecasts.{index}", forecast, read or {})
        keep_value(row, forecast, "expected", read or {}, MEANING)
