"""The section *What was expected* of a story: each forecast with its state, its day, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from stories.documents.render import ForecastFragment
from stories.documents.schema.forecasts import STATES


@dataclass(frozen=True, slots=True)
class RenderedForecast:
    """A forecast as readers see it on ``today``; ``source`` and ``outcome_source`` are the numbers of its sources."""

    uid: UUID
    anchor: str
    speaker: str
    speaker_kind: str
    said_on: date | None
    source: int | None
    citation_html: str
    quotation: str
    expected: str
    due_on: date | None
    chance: int | None
    low: str
    high: str
    unit: str
    state: str
    outcome_html: str
    outcome_source: int | None
    decided_on: date | None
    today: date

    @classmethod
    def from_fragment(
        cls, fragment: ForecastFragment, position: int, *, citation_html: str, outcome_html: str, today: date
    ) -> Self:
        values = fragment.model_dump(exclude={"citation_html", "outcome_html"})
        return cls(
            anchor=forecast_anchor(position),
            citation_html=citation_html,
            outcome_html=outcome_html,
            today=today,
            **values,
        )

    @property
    def is_overdue(self) -> bool:
        """Whether the day of the forecast has passed, and its outcome is not recorded."""
        return is_overdue(self.state, self.due_on, self.today)

    @property
    def state_label(self) -> str:
        """The words for the state."""
        return str(STATES[self.state])


def forecast_anchor(position: int) -> str:
    """Return the id of the forecast at this position of its story, counted from 1."""
    return f"id-forecast-{position}"  # an anchor that is made from a heading never begins with “id-”


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Return whether the day of a forecast has passed while its outcome is not recorded."""
    return state == "open" and due_on is not None and due_on < today


def list_open_days(forecasts: Iterable[ForecastFragment]) -> list[date]:
    """Return the days of the open forecasts, after each of which the page changes."""
    return [forecast.due_on for forecast in forecasts if forecast.state == "open" and forecast.due_on]
